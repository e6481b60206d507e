import type {
  HistoryPoint,
  MetricLineHistory,
} from '@model-ci/backstage-plugin-model-ci-common';
import { toMarks } from './plotPoints';

function point(version: number, digest: string): HistoryPoint {
  return {
    runId: `run-${version}`,
    runNumber: version,
    version,
    stage: 'evaluate',
    metric: 'rmse',
    value: version,
    datasetDigest: digest,
    at: `2026-05-0${version}T00:00:00.000Z`,
  };
}

const history: MetricLineHistory = {
  line: { metric: 'rmse' },
  points: [point(1, 'a'), point(2, 'a'), point(3, 'b')],
  total: 3,
  older: false,
  digests: [],
  deployments: [
    { at: '2026-05-02T12:00:00.000Z', version: 1, environment: 'staging' },
    { at: '2026-06-01T00:00:00.000Z', version: 9, environment: 'staging' },
  ],
};
const words = {
  dataChanged: ({ datasetDigest }: HistoryPoint) => `data ${datasetDigest}`,
  deployed: ({ version }: { version: number }) => `v${version}`,
};

describe('toMarks', () => {
  it('marks in order where the data changed and what was deployed', () => {
    expect(toMarks(history, 'order', words)).toEqual([
      { at: 0, label: 'v1', kind: 'deployment' },
      { at: 2, label: 'data b', kind: 'data' },
    ]);
  });

  it('marks over time when it was, where the chart reaches', () => {
    expect(toMarks(history, 'time', words).map(({ at }) => at)).toEqual([
      Date.parse('2026-05-02T12:00:00.000Z'),
      Date.parse('2026-05-03T00:00:00.000Z'),
    ]);
  });
});
