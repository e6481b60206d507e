import { ConflictError, NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import { reason as reasonOf } from '@model-ci/backstage-plugin-model-ci-common';
import type { AttemptRow } from '../../tables/runs';
import { withReason } from '../../../withReason';
import { statusWord } from '../../../statusWord';

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
    throw withReason(
      NotFoundError,
      reasonOf('error.noAttempt', { attempt: id }),
    );
  }
  throw withReason(
    ConflictError,
    reasonOf('error.notCollecting', {
      number: row.number,
      status: statusWord(row.status),
    }),
  );
}
