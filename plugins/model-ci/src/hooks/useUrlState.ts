import { useCallback } from 'react';
import { useSearchParams } from 'react-router-dom';

/**
 * Values kept in the URL's query, so that a link shows the same view. `set` changes some of them
 * and leaves all others; an empty or missing value removes its key.
 */
export function useUrlState() {
  const [params, setParams] = useSearchParams();

  const set = useCallback(
    (
      changes: Record<string, string | string[] | undefined>,
      options: { replace?: boolean } = { replace: true },
    ) => {
      setParams(before => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes)) {
          after.delete(name);
          for (const item of [value ?? []].flat()) {
            if (item !== '') {
              after.append(name, item);
            }
          }
        }
        return after;
      }, options);
    },
    [setParams],
  );

  return { params, set };
}
