import { useCallback, useRef } from 'react';
import { useSearchParams } from 'react-router-dom';

/**
 * Values kept in the URL's query, so that a link shows the same view. `set` changes some of them
 * and leaves all others; an empty or missing value removes its key.
 */
export function useUrlState() {
  const [params, setParams] = useSearchParams();
  // The router computes each change from the last rendered query, so that two changes in one event would undo each other.
  const latest = useRef(params);
  latest.current = params;

  const set = useCallback(
    (
      changes: Record<string, string | string[] | undefined>,
      options: { replace?: boolean } = { replace: true },
    ) => {
      const after = new URLSearchParams(latest.current);
      for (const [name, value] of Object.entries(changes)) {
        after.delete(name);
        for (const item of [value ?? []].flat()) {
          if (item !== '') {
            after.append(name, item);
          }
        }
      }
      latest.current = after;
      setParams(after, options);
    },
    [setParams],
  );

  return { params, set };
}
