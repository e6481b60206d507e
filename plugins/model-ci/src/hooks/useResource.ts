import { useCallback, useEffect, useRef, useState } from 'react';
import type { ModelCiSignal } from '@model-ci/backstage-plugin-model-ci-common';
import { useLiveSignal } from './useLiveSignal';

/** Milliseconds between refetches where signals arrive, in case one was lost, and where they do not. */
export const POLL_WITH_SIGNALS = 30_000;
export const POLL_WITHOUT_SIGNALS = 4_000;
/** Signals that arrive within this time share one fetch. */
const QUIET_TIME = 300;

export interface ResourceOptions<T> {
  /** Data of another scope is not shown while the new data loads. */
  scope: string;
  /** A changed key fetches anew and shows the old data meanwhile. */
  key?: string;
  load(signal: AbortSignal): Promise<T>;
  /** Which signals make the data stale; without it the data is fetched once. */
  live?(signal: ModelCiSignal): boolean;
  /** Whether to fetch at all; true without it. */
  enabled?: boolean;
}

export interface Resource<T> {
  data?: T;
  /** Of the latest fetch; older data may still be there. */
  error?: Error;
  /** There is nothing to show yet. */
  loading: boolean;
  /** What is shown is being fetched again. */
  refreshing: boolean;
  reload(): void;
}

interface State<T> {
  scope: string;
  data?: T;
  error?: Error;
  pending: boolean;
}

/** Fetches, keeps showing what it has while it fetches again, and fetches again when told that something changed. */
export function useResource<T>(options: ResourceOptions<T>): Resource<T> {
  const { scope, key = '', enabled = true } = options;
  const latest = useRef(options);
  latest.current = options;
  const [state, setState] = useState<State<T>>({ scope, pending: enabled });
  const running = useRef<AbortController>();

  const reload = useCallback(() => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setState(before => ({
      ...(before.scope === scope ? before : { scope }),
      pending: true,
    }));

    const finish = (change: { data: T } | { error: Error }) => {
      if (running.current === controller) {
        running.current = undefined;
        setState(before => ({
          scope,
          data: before.scope === scope ? before.data : undefined,
          ...change,
          pending: false,
        }));
      }
    };
    latest.current.load(controller.signal).then(
      data => finish({ data }),
      (reason: unknown) =>
        finish({
          error: reason instanceof Error ? reason : new Error(String(reason)),
        }),
    );
  }, [scope]);

  useEffect(() => {
    if (!enabled) {
      return undefined;
    }
    reload();
    return () => {
      running.current?.abort();
      running.current = undefined;
    };
  }, [reload, key, enabled]);

  useRefetch(enabled ? options.live : undefined, state.pending, reload);

  const current = state.scope === scope ? state : undefined;
  return {
    data: current?.data,
    error: current?.error,
    loading:
      enabled && current?.data === undefined && current?.error === undefined,
    refreshing: Boolean(current?.pending && current.data !== undefined),
    reload,
  };
}

/** Refetches after signals, by the clock while the page is in sight, and when it comes into sight again. */
function useRefetch(
  live: ((signal: ModelCiSignal) => boolean) | undefined,
  pending: boolean,
  reload: () => void,
) {
  // A stale answer on its way is not aborted: under a constant stream of signals none would ever arrive.
  const [stale, setStale] = useState(false);
  const wanted = live !== undefined;

  const available = useLiveSignal(
    live && (signal => live(signal) && setStale(true)),
  );

  useEffect(() => {
    if (!stale || pending) {
      return undefined;
    }
    const timer = setTimeout(() => {
      setStale(false);
      reload();
    }, QUIET_TIME);
    return () => clearTimeout(timer);
  }, [stale, pending, reload]);

  useEffect(() => {
    if (!wanted) {
      return undefined;
    }
    const refetchInSight = () => {
      if (document.visibilityState === 'visible') {
        setStale(true);
      }
    };
    const interval = setInterval(
      refetchInSight,
      available ? POLL_WITH_SIGNALS : POLL_WITHOUT_SIGNALS,
    );
    document.addEventListener('visibilitychange', refetchInSight);
    return () => {
      clearInterval(interval);
      document.removeEventListener('visibilitychange', refetchInSight);
    };
  }, [wanted, available]);
}
