import { useCallback, useRef } from 'react';
import { QueryClient, useMutation } from '@tanstack/react-query';
import { toError } from './useQueryData';

/** Nothing is kept of what was done. */
const client = new QueryClient();

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
  const { mutateAsync, isPending, error, reset } = useMutation<
    void,
    unknown,
    TArgs
  >({ mutationFn: args => act(...args), networkMode: 'always' }, client);
  const busy = useRef(false);
  const run = useCallback(
    async (...args: TArgs) => {
      if (busy.current) {
        return false;
      }
      busy.current = true;
      try {
        await mutateAsync(args);
        return true;
      } catch {
        return false;
      } finally {
        busy.current = false;
      }
    },
    [mutateAsync],
  );
  return { run, pending: isPending, error: toError(error), reset };
}
