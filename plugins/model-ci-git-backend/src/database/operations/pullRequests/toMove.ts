import type { PullRequestRow } from '../../tables';
import type { RequestMove } from '../pushes/moves';

/** What subscribers hear of a request. */
export function toMove(
  row: PullRequestRow,
  what: Pick<RequestMove['request'], 'event' | 'by' | 'at'> &
    Pick<RequestMove, 'skip'>,
): RequestMove {
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
