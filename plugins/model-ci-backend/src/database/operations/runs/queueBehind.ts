import type { Knex } from 'knex';
import {
  formatReason,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { RunRow } from '../../tables/runs';
import { RELEASED } from '../leases';
import { assertTicketHeld } from '../ticket';
import { lockGroup, unfinishedOfGroup } from './ofGroup';

/**
 * Has a run wait for another one of its branch or pull request: the last of those that were queued before it or go on already. Answers
 * false where there is none; then nobody else gets past this point until the transaction, which starts the run, ends.
 * Once the other one has ended, the next preparation moves the row.
 */
export async function queueBehind(
  tx: Knex.Transaction,
  args: { runId: string; ticket: string; branch?: string | null },
): Promise<boolean> {
  const { runId, ticket } = args;
  const run = await tx<RunRow>('runs').where({ id: runId }).first();
  if (!run) {
    return false;
  }
  const { number } = run;
  const of = { ...run, branch: args.branch ?? run.branch };
  await lockGroup(tx, of);
  const other: Pick<RunRow, 'id' | 'number'> | undefined =
    await unfinishedOfGroup(tx, of)
      .whereNot('id', runId)
      .where(before =>
        before
          .where('number', '<', number)
          // An earlier one that is retried finds later ones going on.
          .orWhereIn('status', ['running', 'waiting']),
      )
      .orderBy('number', 'desc')
      .first('id', 'number');
  if (!other) {
    return false;
  }
  const why = reason('run.waitsForRun', { number: String(other.number) });
  const changed = await tx<RunRow>('runs')
    .where({ id: runId, ticket, status: 'queued' })
    .update({
      ...RELEASED,
      branch: of.branch,
      waits_for: other.id,
      reason: formatReason(why),
    });
  assertTicketHeld(changed, 'run', runId);
  return true;
}
