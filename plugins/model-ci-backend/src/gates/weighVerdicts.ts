import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { JudgedGate } from './types';

/** What the verdicts of its gates mean for a stage. */
export type Weighed =
  | { type: 'passed' }
  | { type: 'failed'; reasons: Reason[] }
  | { type: 'ask'; question: Reason };

/** One gate that failed fails the stage; the definition says what becomes of it where some are inconclusive. */
export function weighVerdicts(
  gates: JudgedGate[],
  inconclusive: 'ask' | 'fail' | 'pass' = 'fail',
): Weighed {
  const grave = gates.filter(
    ({ verdict }) =>
      verdict === 'fail' ||
      (verdict === 'inconclusive' && inconclusive === 'fail'),
  );
  if (grave.length > 0) {
    return {
      type: 'failed',
      reasons: grave.map(gate => reason('stage.gate', { reason: gate.reason })),
    };
  }
  const open = gates.filter(({ verdict }) => verdict === 'inconclusive');
  return inconclusive === 'ask' && open.length > 0
    ? {
        type: 'ask',
        question: reason('stage.inconclusive', {
          count: open.length,
          reason: open[0].reason,
        }),
      }
    : { type: 'passed' };
}
