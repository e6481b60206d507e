import {
  toReason,
  type VersionLineage,
} from '@model-ci/backstage-plugin-model-ci-common';

const AT = '2026-02-01T00:00:00.000Z';
export const COMMIT = 'c'.repeat(40);
export const sha256 = (letter: string) => `sha256:${letter.repeat(64)}`;

/** A version with something of everything. */
export function exampleLineage(
  change: Partial<VersionLineage> = {},
): VersionLineage {
  return {
    canSign: true,
    version: {
      pipelineRef: 'modelpipeline:default/house-price',
      version: 3,
      runId: 'run-3',
      runNumber: 3,
      commit: COMMIT,
      branch: 'main',
      createdBy: 'user:default/ann',
      createdAt: AT,
      aliases: ['champion'],
      environments: ['production'],
      parameters: {},
      servable: true,
      datasets: [],
      metrics: [
        {
          runId: 'run-3',
          runNumber: 3,
          stage: 'evaluate',
          metric: 'rmse',
          dataset: 'houses',
          datasetDigest: sha256('d'),
          value: 12.25,
          stderr: 0.5,
          n: 40,
          at: AT,
        },
      ],
      artifacts: [
        {
          id: 'a',
          stage: 'train',
          name: 'model',
          path: 'model/',
          digest: sha256('a'),
          size: 10,
          createdAt: AT,
        },
      ],
    },
    pipeline: { title: 'House price', owner: 'group:default/ml' },
    run: {
      id: 'run-3',
      number: 3,
      trigger: 'push',
      branch: 'main',
      commit: COMMIT,
      createdBy: 'user:default/ann',
      createdAt: AT,
      startedAt: AT,
      finishedAt: '2026-02-01T00:01:00.000Z',
      sourceUrl: 'https://code.example/house-price/tree/main/',
      sourceDigest: sha256('5'),
      parameters: {},
    },
    reruns: [],
    stages: [
      {
        name: 'train',
        status: 'succeeded',
        needs: [],
        executor: 'docker',
        node: 'gpu-1',
        imageName: 'python:3.11',
        image: {
          id: sha256('1'),
          reference: `docker.io/library/python@${sha256('2')}`,
        },
        parameters: { LEARNING_RATE: '0.1' },
      },
    ],
    datasets: [
      { name: 'houses', uri: './houses.csv', digest: sha256('d'), size: 7 },
    ],
    gates: [
      {
        stage: 'evaluate',
        metric: 'rmse',
        dataset: 'houses',
        demand: { max: 30 },
        value: 12.25,
        verdict: 'pass',
        reason: toReason('12.25 is at most 30'),
      },
    ],
    reports: [],
    approvals: [],
    parents: [],
    deployments: [],
    ...change,
  };
}
