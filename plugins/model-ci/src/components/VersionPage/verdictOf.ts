import type {
  Evaluation,
  GateResult,
  Verdict,
} from '@model-ci/backstage-plugin-model-ci-common';

/** The worst is what decides. */
const WORST_FIRST: Verdict[] = ['fail', 'inconclusive', 'pass'];

/** What the gates on a metric say of it together, those of its slices included; undefined where there are none. */
export function verdictOf(
  metric: Pick<Evaluation, 'stage' | 'instance' | 'metric' | 'dataset'>,
  gates: GateResult[],
): Verdict | undefined {
  const verdicts = gates
    .filter(
      gate =>
        gate.stage === metric.stage &&
        gate.instance === metric.instance &&
        gate.metric === metric.metric &&
        (gate.dataset === undefined || gate.dataset === metric.dataset),
    )
    .map(({ verdict }) => verdict);
  return WORST_FIRST.find(verdict => verdicts.includes(verdict));
}
