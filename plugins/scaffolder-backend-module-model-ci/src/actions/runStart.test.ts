import { mockServices } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import express from 'express';
import { parse } from 'yaml';
import { startServer } from '../testing/startServer';
import { createRunStartAction } from './runStart';

const pipeline: Entity = {
  apiVersion: 'model-ci.dev/v1alpha1',
  kind: 'ModelPipeline',
  metadata: { name: 'house-price', namespace: 'default' },
};

describe('model-ci:run:start', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let requests: Array<{
    path: string;
    authorization?: string;
    body: { idempotencyKey?: string };
  }>;
  let answers: number[];

  beforeAll(async () => {
    const app = express();
    app.use(express.json());
    app.post('/api/model-ci/pipelines/:namespace/:name/runs', (req, res) => {
      requests.push({
        path: req.path,
        authorization: req.headers.authorization,
        body: req.body,
      });
      const status = answers.shift() ?? 201;
      res
        .status(status)
        .json(
          status === 201
            ? { id: 'run-1', number: 1 }
            : { error: { name: 'SomeError', message: `answer ${status}` } },
        );
    });
    server = await startServer(app);
  });

  afterAll(() => server.stop());

  beforeEach(() => {
    requests = [];
    answers = [];
  });

  function createAction(
    catalog = catalogServiceMock({ entities: [pipeline] }),
    now?: () => number,
  ) {
    return createRunStartAction({
      auth: mockServices.auth(),
      catalog,
      discovery: {
        getBaseUrl: async id => `${server.url}/api/${id}`,
        getExternalBaseUrl: async id => `${server.url}/api/${id}`,
      },
      pollIntervalMs: 1,
      now,
    });
  }

  type Action = ReturnType<typeof createAction>;

  async function run(
    input: Parameters<Action['handler']>[0]['input'],
    options: {
      isDryRun?: boolean;
      signal?: AbortSignal;
      action?: Action;
      logger?: ReturnType<typeof mockServices.logger.mock>;
    } = {},
  ) {
    const { action = createAction(), ...rest } = options;
    const context = createMockActionContext({ input });
    await action.handler({ ...context, ...rest });
    return Object.fromEntries(jest.mocked(context.output).mock.calls);
  }

  it('starts a run on behalf of the user', async () => {
    await expect(
      run({
        pipeline: 'modelpipeline:default/house-price',
        ref: 'main',
        commit: 'abc',
        parameters: { epochs: 3, size: 'large' },
      }),
    ).resolves.toEqual({ runId: 'run-1', runUrl: '/model-ci/runs/run-1' });
    expect(requests).toEqual([
      {
        path: '/api/model-ci/pipelines/default/house-price/runs',
        authorization: expect.stringMatching(
          /^Bearer mock-service-token:.*user:default\/mock/,
        ),
        body: {
          ref: 'main',
          commit: 'abc',
          parameters: { epochs: 3, size: 'large' },
          trigger: 'template',
          idempotencyKey: expect.stringMatching(/^scaffolder:[0-9a-f]{64}$/),
        },
      },
    ]);
  });

  it('asks with the same key when it is repeated in one task, and with another one in another step', async () => {
    await run({ pipeline: 'house-price' });
    await run({ pipeline: 'house-price' });
    const context = createMockActionContext({
      input: { pipeline: 'house-price' },
    });
    await createAction().handler({ ...context, step: { id: 'another' } });
    const [first, second, third] = requests.map(
      ({ body }) => body.idempotencyKey,
    );
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('waits until the catalog has the pipeline and Model CI knows it', async () => {
    const catalog = catalogServiceMock({ entities: [pipeline] });
    const getEntityByRef = jest
      .spyOn(catalog, 'getEntityByRef')
      .mockResolvedValueOnce(undefined)
      .mockResolvedValueOnce(undefined);
    answers = [404, 404];
    await expect(
      run({ pipeline: 'house-price' }, { action: createAction(catalog) }),
    ).resolves.toMatchObject({ runId: 'run-1' });
    expect(getEntityByRef).toHaveBeenCalledTimes(5);
    expect(requests).toHaveLength(3);
  });

  it('gives up after the time that it was given, and says what is missing', async () => {
    const action = createAction(catalogServiceMock({ entities: [] }));
    await expect(
      run({ pipeline: 'house-price', waitSeconds: 0 }, { action }),
    ).rejects.toThrow(
      /after 0 seconds the catalog has no modelpipeline:default\/house-price yet.*catalog.rules must allow the kind ModelPipeline/,
    );
    expect(requests).toEqual([]);
    answers = [404];
    await expect(
      run({ pipeline: 'house-price', waitSeconds: 0 }),
    ).rejects.toThrow(/Model CI does not know .*answer 404/);
  });

  it('logs how long it waits', async () => {
    const logger = mockServices.logger.mock();
    let seconds = 0;
    const action = createAction(catalogServiceMock({ entities: [] }), () => {
      seconds += 6;
      return seconds * 1_000;
    });
    await expect(
      run({ pipeline: 'house-price', waitSeconds: 30 }, { action, logger }),
    ).rejects.toThrow(/after 30 seconds/);
    expect(logger.info.mock.calls.map(([message]) => message)).toEqual([
      expect.stringMatching(/^Waiting: the catalog has no .*\(12 s\)$/),
      expect.stringMatching(/\(24 s\)$/),
    ]);
  });

  it('does not repeat what was refused', async () => {
    answers = [403];
    await expect(run({ pipeline: 'house-price' })).rejects.toThrow(
      /answer 403/,
    );
    expect(requests).toHaveLength(1);
  });

  it('stops waiting when the task is cancelled', async () => {
    const cancel = new AbortController();
    const catalog = catalogServiceMock({ entities: [] });
    jest.spyOn(catalog, 'getEntityByRef').mockImplementation(async () => {
      cancel.abort();
      return undefined;
    });
    await expect(
      run(
        { pipeline: 'house-price' },
        { signal: cancel.signal, action: createAction(catalog) },
      ),
    ).rejects.toThrow(/abort/i);
  });

  it.each(['component:default/house-price', 'a:', ''])(
    'refuses the pipeline %p',
    async ref => {
      await expect(run({ pipeline: ref })).rejects.toThrow(
        /is no ModelPipeline|No pipeline is called/,
      );
      await expect(run({ pipeline: ref }, { isDryRun: true })).rejects.toThrow(
        /is no ModelPipeline|No pipeline is called/,
      );
    },
  );

  it('starts nothing in a dry run', async () => {
    await expect(
      run({ pipeline: 'house-price' }, { isDryRun: true }),
    ).resolves.toEqual({ runId: 'dry-run', runUrl: '/model-ci/runs/dry-run' });
    expect(requests).toEqual([]);
  });

  it('has examples that its schema accepts', () => {
    const { examples = [], schema } = createAction();
    expect(examples).toHaveLength(3);
    for (const { example } of examples) {
      const [step] = parse(example).steps;
      expect(step.action).toBe('model-ci:run:start');
      expect(Object.keys(schema?.input?.properties ?? {})).toEqual(
        expect.arrayContaining(Object.keys(step.input)),
      );
    }
  });
});
