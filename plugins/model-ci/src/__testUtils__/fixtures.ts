import type {
  Deployment,
  Pipeline,
  Run,
  RunStage,
  RunSummary,
} from '@model-ci/backstage-plugin-model-ci-common';

export const PIPELINE = 'modelpipeline:default/house-price';
export const COMMIT = '3f1c9a7be0d24c5f8a6b7c8d9e0f1a2b3c4d5e6f';
export const DIGEST = `sha256:${'ab'.repeat(32)}`;

export function runSummary(change: Partial<RunSummary> = {}): RunSummary {
  return {
    id: 'run-7',
    number: 7,
    pipelineRef: PIPELINE,
    status: 'succeeded',
    trigger: 'push',
    branch: 'main',
    commit: COMMIT,
    commitMessage: 'Learn from more houses\n\nTwice as many.',
    createdBy: 'user:default/guest',
    createdAt: '2026-05-01T10:00:00.000Z',
    startedAt: '2026-05-01T10:00:01.000Z',
    finishedAt: '2026-05-01T10:01:05.000Z',
    stages: [],
    ...change,
  };
}

export function runStage(change: Partial<RunStage> = {}): RunStage {
  return {
    name: 'test',
    status: 'succeeded',
    needs: [],
    allowFailure: false,
    executor: 'docker',
    image: 'python:3.11',
    startedAt: '2026-05-01T10:00:01.000Z',
    finishedAt: '2026-05-01T10:00:31.000Z',
    attempts: [
      {
        id: 'attempt-1',
        number: 1,
        status: change.status ?? 'succeeded',
        executor: 'docker',
        node: 'docker-local',
        createdAt: '2026-05-01T10:00:00.000Z',
        startedAt: '2026-05-01T10:00:01.000Z',
        finishedAt: '2026-05-01T10:00:31.000Z',
        logSize: 120,
      },
    ],
    gates: [],
    artifacts: [],
    reports: [],
    approvals: [],
    ...change,
  };
}

export function run(change: Partial<Run> = {}): Run {
  return {
    ...runSummary(),
    stages: [runStage()],
    definitionErrors: [],
    datasets: [],
    parameters: {},
    history: [],
    ...change,
  };
}

export function pipeline(change: Partial<Pipeline> = {}): Pipeline {
  return {
    pipelineRef: PIPELINE,
    title: 'House price',
    type: 'training',
    lifecycle: 'experimental',
    owner: 'group:default/ml',
    modelRef: 'component:default/house-price',
    recentRuns: [],
    latestMetrics: [],
    deployed: [],
    definitionErrors: [],
    defaultBranch: 'main',
    sourceUrl: 'https://example.com/acme/house-price/tree/main/',
    ...change,
  };
}

export function deployment(change: Partial<Deployment>): Deployment {
  return {
    id: 'd-2',
    pipelineRef: PIPELINE,
    version: 2,
    environment: 'staging',
    status: 'serving',
    health: 'healthy',
    createdBy: 'user:default/guest',
    createdAt: '2026-05-01T10:01:05.000Z',
    servingAt: '2026-05-01T10:01:09.000Z',
    trigger: 'manual',
    restarts: 0,
    endpoint: '/api/model-ci/endpoints/staging/default/house-price',
    ...change,
  };
}
