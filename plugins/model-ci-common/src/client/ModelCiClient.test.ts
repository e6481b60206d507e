/** @jest-environment node */
import { ResponseError } from '@backstage/errors';
import { ModelCiClient } from './ModelCiClient';

const PIPELINE = 'modelpipeline:default/house-price';

function createClient(answer: () => Response) {
  const requests: Array<{ url: string; init?: RequestInit }> = [];
  const client = new ModelCiClient({
    discoveryApi: {
      getBaseUrl: async plugin => `https://backend/api/${plugin}`,
    },
    fetchApi: {
      fetch: async (input, init) => {
        requests.push({ url: String(input), init });
        return answer();
      },
    },
  });
  return { client, requests };
}

describe('ModelCiClient', () => {
  it('puts filters into the query, lists as repeated parameters, and leaves out what is not given', async () => {
    const { client, requests } = createClient(() =>
      Response.json({ items: [] }),
    );
    await client.listRuns({
      pipelineRef: PIPELINE,
      statuses: ['failed', 'errored'],
      limit: 5,
    });
    await client.listRuns();
    expect(requests.map(({ url }) => url)).toEqual([
      'https://backend/api/model-ci/runs?pipeline=modelpipeline%3Adefault%2Fhouse-price&status=failed&status=errored&limit=5',
      'https://backend/api/model-ci/runs',
    ]);
  });

  it('names pipelines by namespace and name', async () => {
    const { client, requests } = createClient(() => Response.json({}));
    await client.startRun(PIPELINE, { ref: 'main' });
    await client.deploy('team/other', { version: 2, environment: 'staging' });
    expect(requests[0].url).toBe(
      'https://backend/api/model-ci/pipelines/default/house-price/runs',
    );
    expect(requests[0].init).toMatchObject({
      method: 'POST',
      body: '{"ref":"main"}',
      headers: { 'Content-Type': 'application/json' },
    });
    expect(requests[1].url).toBe(
      'https://backend/api/model-ci/pipelines/team/other/deployments',
    );
  });

  it('keeps values inside their segment of the address', async () => {
    const { client, requests } = createClient(() => Response.json({}));
    await client.getRun('../pipelines?x#y');
    expect(requests[0].url).toBe(
      'https://backend/api/model-ci/runs/..%2Fpipelines%3Fx%23y',
    );
    expect(() => client.getRun('..')).toThrow(/cannot be part of an address/);
  });

  it('sends a token where one is given, and the signal always', async () => {
    const { client, requests } = createClient(() => Response.json({}));
    const { signal } = new AbortController();
    await client.getRun('r1', { token: 't0ken', signal });
    expect(requests[0].init).toMatchObject({
      signal,
      headers: { Authorization: 'Bearer t0ken' },
    });
  });

  it('rejects with the error of the backend', async () => {
    const { client } = createClient(() =>
      Response.json(
        {
          error: { name: 'ConflictError', message: 'no' },
          response: { statusCode: 409 },
        },
        { status: 409, statusText: 'Conflict' },
      ),
    );
    const error = await client.cancelRun('r1').catch(e => e);
    expect(error).toBeInstanceOf(ResponseError);
    expect(error).toMatchObject({
      statusCode: 409,
      cause: { name: 'ConflictError', message: 'no' },
    });
  });

  it('reads a range of a log with its place', async () => {
    const { client, requests } = createClient(
      () =>
        new Response('tail', {
          headers: {
            'Log-Offset': '96',
            'Log-Next-Offset': '100',
            'Log-Size': '100',
            'Log-Ended': 'true',
            'Log-Attempt': '2',
          },
        }),
    );
    expect(await client.readLog('r1', 'train', { offset: -4 })).toEqual({
      text: 'tail',
      offset: 96,
      nextOffset: 100,
      size: 100,
      ended: true,
      attempt: 2,
    });
    expect(requests[0].url).toBe(
      'https://backend/api/model-ci/runs/r1/stages/train/logs?offset=-4',
    );
  });

  it('answers what a model says, also when it refuses', async () => {
    const { client, requests } = createClient(() =>
      Response.json({ error: 'size is missing' }, { status: 422 }),
    );
    expect(
      await client.predict(
        { pipelineRef: PIPELINE, environment: 'staging' },
        { size: 80 },
      ),
    ).toEqual({ status: 422, body: { error: 'size is missing' } });
    expect(requests[0].url).toBe(
      'https://backend/api/model-ci/endpoints/staging/default/house-price/predict',
    );
  });

  it('answers a prediction that is no JSON as text', async () => {
    const { client } = createClient(() => new Response('oops'));
    expect(
      await client.predict({ pipelineRef: PIPELINE, environment: 's' }, {}),
    ).toEqual({ status: 200, body: 'oops' });
  });

  it('reads which version has answered, of numbers alone', async () => {
    for (const [header, version] of [
      ['7', 7],
      ['7.5', undefined],
      ['9'.repeat(20), undefined],
    ] as const) {
      const { client } = createClient(() =>
        Response.json(1, { headers: { 'X-Model-Version': header } }),
      );
      const target = { pipelineRef: PIPELINE, environment: 's' };
      expect((await client.predict(target, {})).version).toBe(version);
    }
  });

  it('joins versions that are compared, and moves aliases', async () => {
    const { client, requests } = createClient(() => Response.json({}));
    await client.compareVersions(PIPELINE, [1, 2]);
    await client.moveAlias(PIPELINE, 'champion', 2);
    expect(requests.map(({ url, init }) => `${init?.method} ${url}`)).toEqual([
      'GET https://backend/api/model-ci/pipelines/default/house-price/compare?versions=1%2C2',
      'PUT https://backend/api/model-ci/pipelines/default/house-price/aliases/champion',
    ]);
  });
});
