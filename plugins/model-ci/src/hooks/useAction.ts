import { useCallback, useEffect, useRef, useState } from 'react';

export interface Action<TArgs extends unknown[]> {
  run(...args: TArgs): Promise<boolean>;
  pending: boolean;
  error?: Error;
  /** Forgets the error. */
  reset(): void;
}

/** Something that a button does: one at a time, with its error kept to be shown beside it. `run` answers whether it worked. */
export function useAction<TArgs extends unknown[]>(
  act: (...args: TArgs) => Promise<void>,
): Action<TArgs> {
  const [state, setState] = useState<{ pending: boolean; error?: Error }>({
    pending: false,
  });
  const latest = useRef(act);
  latest.current = act;
  const busy = useRef(false);
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);

  const run = useCallback(async (...args: TArgs) => {
    if (busy.current) {
      return false;
    }
    busy.current = true;
    setState({ pending: true });
    try {
      await latest.current(...args);
      if (mounted.current) {
        setState({ pending: false });
      }
      return true;
    } catch (error) {
      if (mounted.current) {
        setState({
          pending: false,
          error: error instanceof Error ? error : new Error(String(error)),
        });
      }
      return false;
    } finally {
      busy.current = false;
    }
  }, []);

  const reset = useCallback(() => setState({ pending: false }), []);
  return { run, reset, ...state };
}
