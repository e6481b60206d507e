import type { Gate, Measured } from './types';

/** What was measured for a gate: on the whole data set, or on each value of its slices. Of several executions, the first. */
export function measuredFor(
  gate: Pick<Gate, 'metric' | 'dataset' | 'slices'>,
  values: readonly Measured[],
): Measured[] {
  const bySlice = new Map<string, Measured>();
  for (const value of values) {
    const { metric, dataset, slice = '' } = value;
    const isOf =
      metric === gate.metric &&
      (gate.dataset === undefined || dataset === gate.dataset) &&
      (gate.slices === undefined
        ? slice === ''
        : slice.startsWith(`${gate.slices}=`));
    if (isOf && !bySlice.has(slice)) {
      bySlice.set(slice, value);
    }
  }
  return [...bySlice.values()];
}
