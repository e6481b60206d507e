import type { PullRequestRow } from '../../tables';
import type { RequestEvent } from '../pushes/events';

/** What subscribers hear of a request. */
export function toEvent(
  row: PullRequestRow,
  what: Pick<RequestEvent['request'], 'event' | 'by' | 'at'> &
    Pick<RequestEvent, 'skip'>,
): RequestEvent {
  const { skip, ...happened } = what;
  return {
    request: {
      ...happened,
      number: row.number,
      title: row.title,
      sourceBranch: row.source_branch,
      targetBranch: row.target_branch,
      targetHead: row.target_head,
      author: row.created_by,
    },
    after: row.head,
    ...(skip && { skip }),
  };
}
