import {
  quoted,
  type Evaluation,
  type GateResult,
} from '@model-ci/backstage-plugin-model-ci-common';
import { compareVersions } from '../evaluations/compareVersions';
import { mainMetrics } from './trends';

const COUNT = 300;

function evaluation(metric: string): Evaluation {
  const at = '2026-01-01T00:00:00.000Z';
  return { runId: 'r', runNumber: 1, stage: 'evaluate', metric, value: 1, at };
}

describe('many metrics and many gates', () => {
  const evaluations = Array.from({ length: COUNT }, (_, i) =>
    evaluation(`m${i}`),
  );
  let looks = 0;
  const gates = Array.from(
    { length: COUNT },
    (_, i): GateResult & { runId: string } => ({
      runId: 'r',
      stage: 'evaluate',
      get metric() {
        looks += 1;
        return `m${COUNT - 1 - (i % 2)}`;
      },
      demand: { min: 0 },
      value: 1,
      verdict: 'pass',
      reason: quoted('above 0'),
    }),
  );

  beforeEach(() => {
    looks = 0;
  });

  it('has those that gates judge first, and looks at each gate a few times only', () => {
    expect(mainMetrics(evaluations, gates).map(({ metric }) => metric)).toEqual(
      ['m298', 'm299', 'm0', 'm1', 'm2', 'm3'],
    );
    expect(looks).toBeLessThan(5 * COUNT);
  });

  it('compares them and looks at each gate a few times only', () => {
    const { metrics } = compareVersions({
      versions: [
        {
          pipelineRef: 'modelpipeline:default/a',
          version: 1,
          runId: 'r',
          runNumber: 1,
          createdAt: '2026-01-01T00:00:00.000Z',
          createdBy: 'user:default/alice',
          parameters: {},
          datasets: [],
          readServing: () => ({ servable: false }),
        },
      ],
      parameters: new Map(),
      aliases: [],
      evaluations,
      gates,
    });
    const judged = metrics.filter(({ values }) => values[0].verdict);
    expect(judged.map(({ metric }) => metric)).toEqual(['m298', 'm299']);
    expect(looks).toBeLessThan(5 * COUNT);
  });
});
