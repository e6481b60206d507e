import {
  reason,
  type StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  endOfInstances,
  type EndedInstance,
  type StageEnd,
} from './conclusion';

export interface Candidate extends EndedInstance {
  /** Of the metric that decides; absent where it was not measured exactly once. */
  value?: number;
}

export type SelectionEnd =
  | { type: 'selected'; key: string; value: number; considered: number }
  | { type: 'none'; end: StageEnd };

/**
 * The best instance, of several the first. Instances may have failed, as long as there is one to select; none is selected
 * of a stage that was cancelled.
 */
export function selectInstance(
  candidates: Candidate[],
  { metric, goal }: NonNullable<StageDefinition['select']>,
): SelectionEnd {
  const succeeded = candidates.filter(({ status }) => status === 'succeeded');
  const isCancelled = candidates.some(({ status }) => status === 'cancelled');
  if (isCancelled || succeeded.length === 0) {
    return { type: 'none', end: endWithoutAny(candidates) };
  }
  const measured = succeeded.flatMap(({ key, value }) =>
    value === undefined || !Number.isFinite(value) ? [] : [{ key, value }],
  );
  if (measured.length === 0) {
    return {
      type: 'none',
      end: {
        status: 'failed',
        reason: reason('stage.notMeasured', { metric }),
      },
    };
  }
  const sign = goal === 'minimize' ? 1 : -1;
  const best = measured.reduce((first, other) =>
    sign * other.value < sign * first.value ? other : first,
  );
  return { type: 'selected', ...best, considered: measured.length };
}

function endWithoutAny(candidates: Candidate[]): StageEnd {
  const { status, reason: why } = endOfInstances(candidates);
  return status === 'cancelled' || !why
    ? { status, ...(why && { reason: why }) }
    : { status, reason: reason('stage.noneSelected', { reason: why }) };
}

/** The value that decides of an instance: on the data set named, or the only one. */
export function decidingValue(
  measured: Array<{ metric: string; dataset?: string; value: number }>,
  { metric, dataset }: NonNullable<StageDefinition['select']>,
): number | undefined {
  const found = measured.filter(
    other =>
      other.metric === metric &&
      (dataset === undefined || other.dataset === dataset),
  );
  return found.length === 1 ? found[0].value : undefined;
}
