import {
  isParityMetric,
  parityMetric,
  PARITY_FIGURES,
  reason,
  type ParityFigures,
  type ParityResult,
  type Reason,
  type StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import { judgeLimits } from '../gates/judgeLimits';
import type { JudgedGate } from '../gates/types';

type Gate = StageDefinition['gates'][number];

/** How each other environment compares with the reference. */
export function againstReference(
  result: ParityResult,
): Array<{ environment: string; figures: ParityFigures }> {
  const { reference } = result;
  return result.pairs.flatMap(({ a, b, figures }) => {
    if (a !== reference && b !== reference) {
      return [];
    }
    return [{ environment: a === reference ? b : a, figures }];
  });
}

/** Gates on parity hold for the environment that lies farthest from the reference. */
export function judgeParity(gates: Gate[], result: ParityResult): JudgedGate[] {
  return gates
    .filter(({ metric }) => isParityMetric(metric))
    .map(gate => {
      const judged = againstReference(result).map(other =>
        judgeEnvironment(gate, { ...other, result }),
      );
      const worst = judged.reduce((one, other) =>
        one.verdict === 'pass' && isWorse(other, one) ? other : one,
      );
      return worst;
    });
}

function isWorse(a: JudgedGate, b: JudgedGate): boolean {
  return a.verdict !== 'pass' || (a.value ?? 0) > (b.value ?? 0);
}

function judgeEnvironment(
  gate: Gate,
  of: { environment: string; figures: ParityFigures; result: ParityResult },
): JudgedGate {
  const { min, max, metric } = gate;
  const { environment, figures } = of;
  const { reference } = of.result;
  const judged = { metric, demand: { min, max } };
  const name = PARITY_FIGURES.find(figure => parityMetric(figure) === metric);
  if (name !== 'changed' && figures.unmatched > 0) {
    const count = figures.unmatched;
    const why = reason('parity.unmatched', { environment, reference, count });
    return { ...judged, verdict: 'fail', reason: why };
  }
  const value = name && figures[name];
  if (name === undefined || value === undefined) {
    const why = reason('parity.notMeasured', { metric });
    return { ...judged, verdict: 'fail', reason: why };
  }
  const unstable = findUnstable(gate, name, of);
  if (unstable) {
    return { ...judged, verdict: 'fail', value, reason: unstable };
  }
  const { verdict, reason: why } = judgeLimits(gate, { metric, value });
  return {
    ...judged,
    verdict,
    value,
    reason: reason('parity.between', { environment, reference, reason: why }),
  };
}

/** An environment that differs from itself by more than the limit, so that no comparison with it says anything. */
function findUnstable(
  { metric, max }: Gate,
  figure: keyof ParityFigures,
  of: { environment: string; result: ParityResult },
): Reason | undefined {
  const { reference, environments } = of.result;
  for (const { name, floor } of environments) {
    const value = floor?.[figure];
    const isCompared = [reference, of.environment].includes(name);
    if (isCompared && max !== undefined && value !== undefined && value > max) {
      const { reason: why } = judgeLimits({ max }, { metric, value });
      return reason('parity.notReproducible', {
        environment: name,
        reason: why,
      });
    }
  }
  return undefined;
}
