import type { Knex } from 'knex';
import { transact } from '../../transact';
import { assertTicketHeld } from '../ticket';
import { usageSchema, type StoredUsage } from './usageSchema';

interface UsageRow {
  run_id: string;
  attempt_id: string;
  device: string;
  usage: string;
}

/** Stores what the GPUs of an attempt did; rejects with `TicketLostError` once it is somebody else's, or has ended. */
export async function storeUsages(
  db: Knex,
  args: {
    runId: string;
    attemptId: string;
    ticket: string;
    usages: ReadonlyMap<string, StoredUsage>;
  },
): Promise<void> {
  const { runId, attemptId, ticket, usages } = args;
  await transact(db, async tx => {
    // Also locks the row, so that the end of the attempt comes before or after.
    const held = await tx('attempts')
      .where({ id: attemptId, ticket })
      .update({ ticket });
    assertTicketHeld(held, 'attempt', attemptId);
    const rows = [...usages].map(([device, usage]) => ({
      run_id: runId,
      attempt_id: attemptId,
      device,
      usage: JSON.stringify(usage),
    }));
    if (rows.length > 0) {
      await tx<UsageRow>('gpu_usages')
        .insert(rows)
        .onConflict(['attempt_id', 'device'])
        .merge(['usage']);
    }
  });
}

/** What was stored of an attempt, for whoever goes on with it. */
export async function readUsages(
  db: Knex,
  args: { attemptId: string },
): Promise<Map<string, StoredUsage>> {
  const rows = await db<UsageRow>('gpu_usages').where({
    attempt_id: args.attemptId,
  });
  return new Map(
    rows.map(row => [row.device, usageSchema.parse(JSON.parse(row.usage))]),
  );
}
