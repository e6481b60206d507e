import type { Connection } from '../../connection';
import type { PushEventRow } from '../../tables';
import { type BranchMove, eventSchema, type RequestEvent } from './events';

export interface DuePush {
  id: string;
  repository: string;
  attempts: number;
  createdAt: string;
  event: BranchMove | RequestEvent;
}

/** Pushes, and what happened to pull requests, to be published now, in the order in which they were made. */
export async function listDuePushes(
  db: Connection,
  args: { repository?: string; at: string; limit: number },
): Promise<DuePush[]> {
  const query = db<PushEventRow>('push_events')
    .where('deliver_after', '<=', args.at)
    .orderBy('position')
    .limit(args.limit);
  if (args.repository !== undefined) {
    query.where('repository', args.repository);
  }
  return (await query).map(row => ({
    id: row.id,
    repository: row.repository,
    attempts: row.attempts,
    createdAt: row.created_at,
    event: eventSchema.parse(JSON.parse(row.move)),
  }));
}
