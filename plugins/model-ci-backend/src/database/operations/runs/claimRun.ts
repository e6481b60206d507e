import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { RunRow } from '../../tables/runs';
import { isPostgres, transact } from '../../transact';

export type ClaimedRun = RunRow & { ticket: string };

/**
 * Claims the oldest queued run that nobody prepares. Whoever holds the ticket moves the row next; once
 * its lease has expired, another one may claim the run again.
 */
export async function claimRun(
  db: Knex,
  args: { holder: string; now: string; leaseExpiresAt: string },
): Promise<ClaimedRun | undefined> {
  return await transact(db, async tx => {
    const claimable = (query: Knex.QueryBuilder) =>
      query
        .where({ status: 'queued' })
        .andWhere(lease =>
          lease.whereNull('ticket').orWhere('lease_expires_at', '<', args.now),
        )
        .andWhere(pause =>
          pause
            .whereNull('prepare_after')
            .orWhere('prepare_after', '<=', args.now),
        );
    const candidate = await tx<RunRow>('runs')
      .modify(claimable)
      .orderBy(['created_at', 'id'])
      .modify(query => {
        if (isPostgres(tx)) {
          query.forNoKeyUpdate().skipLocked();
        }
      })
      .first('id');
    if (!candidate) {
      return undefined;
    }
    const ticket = randomUUID();
    const [run] = await tx<RunRow>('runs')
      .where({ id: candidate.id })
      .modify(claimable)
      .update({
        ticket,
        holder: args.holder,
        lease_expires_at: args.leaseExpiresAt,
      })
      .returning('*');
    return run && { ...run, ticket };
  });
}
