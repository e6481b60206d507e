import { useCallback, useRef } from 'react';
import { useUrlState } from './useUrlState';

export interface CursorPaging {
  /** Of the page to show; undefined for the first one. */
  cursor?: string;
  /** Undefined where there is no such page. */
  toFirst?: () => void;
  toPrevious?: () => void;
  toNext?: () => void;
}

/**
 * The place in a list whose pages are reached by cursors. The cursor is in the URL; the way back is
 * remembered here, so that after a reload only the first page and the next one can be reached.
 */
export function useCursorPaging(
  nextCursor: string | undefined,
  parameter = 'cursor',
): CursorPaging {
  const { params, set } = useUrlState();
  const cursor = params.get(parameter) ?? undefined;
  const trail = useRef<Array<string | undefined>>([]);
  if (cursor === undefined) {
    trail.current = [];
  }

  const goTo = useCallback(
    (target: string | undefined) => set({ [parameter]: target }),
    [set, parameter],
  );

  return {
    cursor,
    toFirst: cursor === undefined ? undefined : () => goTo(undefined),
    toPrevious:
      trail.current.length === 0 ? undefined : () => goTo(trail.current.pop()),
    toNext:
      nextCursor === undefined
        ? undefined
        : () => {
            trail.current.push(cursor);
            goTo(nextCursor);
          },
  };
}
