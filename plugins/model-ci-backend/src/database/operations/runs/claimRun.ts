import type { Knex } from 'knex';
import type { RunRow } from '../../tables/runs';
import { isPostgres, transact } from '../../transact';
import { takeLease, whereFree, type Lease } from '../leases';

export type ClaimedRun = RunRow & { ticket: string };

/** Claims the oldest queued run that nobody prepares. Whoever holds the ticket moves the row next. */
export async function claimRun(
  db: Knex,
  lease: Lease,
): Promise<ClaimedRun | undefined> {
  return await transact(db, async tx => {
    const row = await tx<RunRow>('runs')
      .modify(whereFree, 'runs', lease)
      .andWhere(pause =>
        pause
          .whereNull('prepare_after')
          .orWhere('prepare_after', '<=', lease.now),
      )
      .andWhere(whereNoneBefore)
      .orderBy(['created_at', 'id'])
      .modify(query => {
        if (isPostgres(tx)) {
          query.forNoKeyUpdate().skipLocked();
        }
      })
      .first('id', 'ticket');
    return row && (await takeLease(tx, { ...lease, table: 'runs', row }));
  });
}

/** Leaves out runs that wait for another one to end. */
function whereNoneBefore(query: Knex.QueryBuilder): void {
  query
    .whereNull('waits_for')
    .orWhereNotExists(earlier =>
      earlier
        .from('runs as earlier')
        .select('earlier.id')
        .whereRaw('earlier.id = runs.waits_for')
        .whereIn('earlier.status', ['queued', 'running', 'waiting']),
    );
}
