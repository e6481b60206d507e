import { screen, within } from '@testing-library/react';
import {
  quoted,
  type TrainingCurve,
  type VersionLineage,
} from '@model-ci/backstage-plugin-model-ci-common';
import userEvent from '@testing-library/user-event';
import {
  COMMIT,
  DIGEST,
  pipeline,
  PIPELINE,
  run,
} from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { saveBlob } from '../../download';
import { lineageGraph } from './lineageGraph';
import { VersionPage } from './VersionPage';

jest.mock('../../download', () => ({ saveBlob: jest.fn() }));

const AT = '2026-05-01T10:00:00.000Z';

function lineage(change: Partial<VersionLineage> = {}): VersionLineage {
  return {
    version: {
      pipelineRef: PIPELINE,
      version: 2,
      runId: 'run-7',
      runNumber: 7,
      commit: COMMIT,
      branch: 'main',
      commitMessage: 'Learn from more houses',
      createdBy: 'user:default/ann',
      createdAt: AT,
      aliases: ['champion'],
      metrics: [
        {
          runId: 'run-7',
          runNumber: 7,
          stage: 'evaluate',
          metric: 'rmse',
          dataset: 'houses',
          value: 12.5,
          stderr: 0.5,
          n: 40,
          at: AT,
        },
      ],
      artifacts: [
        {
          id: 'a1',
          stage: 'train',
          name: 'model',
          path: 'model/',
          digest: DIGEST,
          size: 2048,
          createdAt: AT,
        },
      ],
      datasets: [],
      parameters: {},
      servable: true,
      environments: ['production'],
    },
    pipeline: {
      title: 'House price',
      owner: 'group:default/ml',
      modelRef: 'component:default/house-price',
    },
    run: {
      id: 'run-7',
      number: 7,
      trigger: 'push',
      createdBy: 'user:default/ann',
      createdAt: AT,
      parameters: {},
    },
    reruns: [
      { id: 'run-9', number: 9, createdBy: 'user:default/ann', createdAt: AT },
    ],
    stages: [
      {
        name: 'train',
        status: 'succeeded',
        needs: [],
        executor: 'docker',
        node: 'gpu-1',
        imageName: 'python:3.11',
        image: { id: DIGEST },
        parameters: { LEARNING_RATE: '0.1' },
      },
      {
        name: 'evaluate',
        status: 'succeeded',
        needs: ['train'],
        executor: 'process',
        parameters: {},
      },
      {
        name: 'package',
        status: 'succeeded',
        needs: ['train'],
        executor: 'docker',
        parameters: {},
        builtImage: { id: DIGEST, executor: 'docker', node: 'engine-7' },
      },
    ],
    datasets: [
      {
        name: 'houses',
        uri: './data/houses.csv',
        digest: DIGEST,
        size: 10,
        resourceRef: 'resource:default/houses',
      },
    ],
    gates: [
      {
        stage: 'tune',
        instance: 'depth=2',
        metric: 'f1',
        demand: { min: 0.5 },
        value: 0.75,
        verdict: 'pass',
        reason: quoted('high enough'),
      },
    ],
    reports: [],
    approvals: [
      {
        id: 'ap1',
        stage: 'evaluate',
        instance: 'seed=7',
        question: quoted('Is it good enough?'),
        askedAt: AT,
        decision: 'continue',
        by: 'user:default/eve',
        reason: 'Equal, and half as large',
        decidedAt: AT,
      },
    ],
    parents: [{ relation: 'previous', version: 1, runId: 'run-6' }],
    deployments: [],
    canSign: true,
    ...change,
  };
}

function curve(change: Partial<TrainingCurve>): TrainingCurve {
  return {
    stage: 'train',
    attempt: 1,
    path: 'log.jsonl',
    metric: 'loss',
    running: false,
    count: 1,
    gaps: 0,
    last: { step: 1, value: 1 },
    ...change,
  };
}

function setUp(shown = lineage(), language?: string) {
  const api = {
    listAliases: jest.fn(async () => ({
      aliases: [
        { alias: 'stable', version: 5, by: 'user:default/ann', at: AT },
      ],
      changes: [
        { alias: 'stable', from: 4, to: 5, by: 'user:default/ann', at: AT },
      ],
    })),
    lineage: {
      get: jest.fn(async () => shown),
      modelCard: jest.fn(async () => '---\n'),
      provenance: jest.fn(async () => {
        throw new Error('Signing is not configured');
      }),
    },
    getPipeline: jest.fn(async () => pipeline()),
    getRun: jest.fn(async () => run({ id: 'run-7', number: 7 })),
    listRuns: jest.fn(async () => ({ items: [] })),
    getSeries: jest.fn(async () => ({
      curves: [
        curve({ metric: 'loss' }),
        curve({ instance: 'depth=9', metric: 'other' }),
      ],
      more: false,
    })),
  };
  renderPage(<VersionPage pipelineRef={PIPELINE} version={2} />, {
    api,
    language,
  });
  return api;
}

describe('VersionPage', () => {
  it('says where the version comes from, how it was made, and who decided about it', async () => {
    setUp();
    const stages = await screen.findByRole('table', {
      name: /Stages of the run/,
    });
    const [, train, evaluate, packaged] = within(stages).getAllByRole('row');
    expect(train).toHaveTextContent('gpu-1');
    expect(train).toHaveTextContent('LEARNING_RATE=0.1');
    expect(train).toHaveTextContent('python:3.11');
    expect(evaluate).toHaveTextContent('none reported');
    expect(packaged).toHaveTextContent(/Built: .*only on engine-7/);
    expect(
      screen.getByRole('row', { name: /Is it good enough/ }),
    ).toHaveTextContent(/evaluate\s*seed=7.*Equal, and half as large/);
    expect(screen.getByRole('row', { name: /high enough/ })).toHaveTextContent(
      /tune\s*depth=2/,
    );
    expect(screen.getByRole('row', { name: /rmse houses/ })).toHaveTextContent(
      '12.5',
    );
    expect(screen.getByText('champion')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: '#9' })).toHaveAttribute(
      'href',
      '/model-ci/runs/run-9',
    );
  });

  it('links the versions that aliases point and pointed to', async () => {
    setUp();
    const path = '/model-ci/pipelines/default/house-price/versions/';
    expect(
      await screen.findByRole('link', { name: 'Version 5' }),
    ).toHaveAttribute('href', `${path}5`);
    expect(screen.getByRole('link', { name: 'v4' })).toHaveAttribute(
      'href',
      `${path}4`,
    );
  });

  it('draws what it was made from and where it went, each with its link', async () => {
    setUp();
    const graph = within(
      await screen.findByRole('group', { name: /What the version was made/ }),
    );
    const links = graph
      .getAllByRole('link')
      .map(link => link.getAttribute('href'));
    expect(links).toEqual([
      '/catalog/default/resource/houses',
      '/model-ci/pipelines/default/house-price/versions/1',
      '/model-ci/runs/run-7',
    ]);
    expect(graph.getByText('Serves in')).toBeInTheDocument();
    expect(graph.getByText('production')).toBeInTheDocument();
  });

  it('lets the model card be taken away, and says why there is no provenance', async () => {
    const api = setUp();
    await userEvent.click(
      await screen.findByRole('button', { name: 'Model card' }),
    );
    expect(saveBlob).toHaveBeenCalledWith(expect.any(Blob), 'house-price-2.md');
    await userEvent.click(screen.getByRole('button', { name: 'Gate results' }));
    expect(api.lineage.provenance).toHaveBeenCalledWith(PIPELINE, 2, 'gates');
    expect(
      await screen.findByText(/Signing is not configured/),
    ).toBeInTheDocument();
  });

  it('offers nothing that it has no key to sign', async () => {
    setUp(lineage({ canSign: false }));
    const provenance = await screen.findByRole('button', {
      name: 'Provenance',
    });
    expect(provenance).toHaveAttribute('aria-disabled', 'true');
    expect(provenance).toHaveAttribute(
      'aria-description',
      expect.stringContaining('modelCi.provenance.privateKey'),
    );
    expect(
      screen.getByRole('button', { name: 'Model card' }),
    ).not.toHaveAttribute('aria-disabled');
  });

  it('reads the training curves of its stages once they are asked for', async () => {
    const api = setUp();
    await userEvent.click(
      await screen.findByRole('button', { name: 'Show training curves' }),
    );
    expect(
      await screen.findByRole('figure', { name: 'loss' }),
    ).toBeInTheDocument();
    expect(screen.queryByRole('figure', { name: 'other' })).toBeNull();
    expect(api.getSeries).toHaveBeenCalledWith(
      'run-7',
      { metrics: ['loss'] },
      expect.anything(),
    );
  });

  it('speaks Chinese', async () => {
    setUp(lineage(), 'zh');
    expect(await screen.findByText('谱系')).toBeInTheDocument();
  });
});

describe('lineageGraph', () => {
  it('counts data sets beyond a few, and tells where it serves from where it served', () => {
    const base = lineage();
    const datasets = Array.from({ length: 9 }, (_, index) => ({
      name: `d${index}`,
      uri: 'x',
      digest: DIGEST,
      size: 1,
    }));
    const deployment = {
      pipelineRef: PIPELINE,
      version: 2,
      status: 'superseded' as const,
      health: 'unknown' as const,
      createdBy: 'user:default/ann',
      createdAt: AT,
      trigger: 'manual' as const,
      restarts: 0,
      endpoint: '/x',
    };
    const vertices = lineageGraph({
      ...base,
      datasets,
      deployments: [
        { ...deployment, id: '1', environment: 'staging', servingAt: AT },
        { ...deployment, id: '2', environment: 'docker' },
      ],
    });
    expect(vertices.filter(({ kind }) => kind === 'dataset')).toHaveLength(6);
    expect(vertices).toContainEqual(
      expect.objectContaining({ kind: 'more-datasets', count: 3 }),
    );
    expect(
      vertices.flatMap(vertex =>
        vertex.kind === 'environment' ? [[vertex.name, vertex.serving]] : [],
      ),
    ).toEqual([
      ['production', true],
      ['staging', false],
    ]);
  });
});
