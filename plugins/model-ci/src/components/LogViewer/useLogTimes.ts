import { useMemo } from 'react';
import { useLogTimePairs } from '../../hooks';
import type { LogTime } from '@model-ci/backstage-plugin-model-ci-common';

/** When the line at a byte was written, as far as it is known. */
export type TimeOf = (offset: number) => string | undefined;

/** Asked for only while times are shown; `size` is how much of the log there is. */
export function useLogTimes(options: {
  runId: string;
  stage: string;
  attempt: number;
  shown: boolean;
  ended: boolean;
}): TimeOf | undefined {
  const { data } = useLogTimePairs(options);
  return useMemo(() => {
    if (!options.shown) {
      return undefined;
    }
    const times = data ?? [];
    return offset => timeAt(times, offset);
  }, [options.shown, data]);
}

/** Bytes came at the time of the last pair that does not lie behind them. */
export function timeAt(
  times: readonly LogTime[],
  offset: number,
): string | undefined {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (times[middle][0] <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return times[low - 1]?.[1];
}
