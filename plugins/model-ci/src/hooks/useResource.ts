import { useEffect, useState } from 'react';
import type { ModelCiSignal } from '@model-ci/backstage-plugin-model-ci-common';
import {
  useQueryData,
  type QueryDataOptions,
  type Resource,
} from '@model-ci/backstage-plugin-model-ci-react';
import { useLiveSignal } from './useLiveSignal';

/** Milliseconds between refetches where signals arrive, in case one was lost, and where they do not. */
export const POLL_WITH_SIGNALS = 30_000;
export const POLL_WITHOUT_SIGNALS = 4_000;
/** Signals that arrive within this time share one fetch. */
const QUIET_TIME = 300;

export interface ResourceOptions<T>
  extends Omit<QueryDataOptions<T>, 'interval' | 'refetchInSight'> {
  /** Which signals make the data stale; without it the data is fetched once. */
  live?(signal: ModelCiSignal): boolean;
}

/** Data that is fetched again when a signal says that it changed. */
export function useResource<T>(options: ResourceOptions<T>): Resource<T> {
  const { live, enabled = true } = options;
  const wanted = live !== undefined && enabled;
  const [stale, setStale] = useState(false);
  const available = useLiveSignal(
    wanted ? signal => live(signal) && setStale(true) : undefined,
  );
  const poll = available ? POLL_WITH_SIGNALS : POLL_WITHOUT_SIGNALS;
  const resource = useQueryData({
    ...options,
    interval: wanted ? poll : undefined,
    refetchInSight: wanted,
  });

  // A stale answer on its way is not aborted: under a constant stream of signals none would ever arrive.
  const { fetching, reload } = resource;
  useEffect(() => {
    if (!stale || fetching) {
      return undefined;
    }
    const timer = setTimeout(() => {
      setStale(false);
      reload();
    }, QUIET_TIME);
    return () => clearTimeout(timer);
  }, [stale, fetching, reload]);
  return resource;
}
