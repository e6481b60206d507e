import { ConflictError, NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import type { AttemptRow } from '../../tables/runs';

/**
 * Asks for an attempt whose results cannot be collected to be given up. Its holder ends it and moves its row next;
 * asking again changes nothing.
 */
export async function requestGiveUp(
  db: Knex,
  args: { attemptId: string; by: string; reason: string; at: string },
): Promise<void> {
  const { attemptId: id, by, reason, at } = args;
  const changed = await db<AttemptRow>('attempts')
    .where({ id, status: 'running', phase: 'collecting' })
    .update({
      give_up_requested_at: db.raw('coalesce(give_up_requested_at, ?)', [at]),
      give_up_requested_by: db.raw('coalesce(give_up_requested_by, ?)', [by]),
      give_up_reason: db.raw('coalesce(give_up_reason, ?)', [reason]),
    });
  if (changed === 1) {
    return;
  }
  const row = await db<AttemptRow>('attempts').where({ id }).first();
  if (!row) {
    throw new NotFoundError(`There is no attempt ${id}`);
  }
  throw new ConflictError(
    `Attempt ${row.number} is '${row.status}'${
      row.status === 'running' && row.phase !== null ? ` (${row.phase})` : ''
    }; only one whose results are being collected can be given up. Cancel the run instead`,
  );
}
