import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { DeploymentRow } from '../tables/deployments';
import type { AttemptRow, RunRow } from '../tables/runs';

/**
 * Runs under preparation, running attempts and deployments are held by one replica at a time: it claims a row under
 * a ticket, names the ticket with every write, and renews the lease. Once that has expired, another replica takes the
 * row under a new ticket, and the old holder notices at its next write. Nothing here looks at a clock.
 */
export interface Lease {
  holder: string;
  now: string;
  leaseExpiresAt: string;
}

interface LeasedRows {
  runs: RunRow;
  attempts: AttemptRow;
  deployments: DeploymentRow;
}

export type LeasedTable = keyof LeasedRows;

/** The states in which somebody may hold a row. */
const HELD_IN: Record<LeasedTable, string[]> = {
  runs: ['queued'],
  attempts: ['running'],
  deployments: ['queued', 'starting', 'serving'],
};

/** Databases take so many parameters in one statement. */
const BATCH = 1000;

/** What is written to a row that nobody holds any more. */
export const RELEASED = {
  ticket: null,
  holder: null,
  lease_expires_at: null,
} as const;

export function newLease(
  holder: string,
  durationMs: number,
  now: number,
): Lease {
  return {
    holder,
    now: new Date(now).toISOString(),
    leaseExpiresAt: new Date(now + durationMs).toISOString(),
  };
}

/** What ended before this time should have been followed up by whoever ended it. */
export function overdueSince(durationMs: number, now: number): string {
  return new Date(now - durationMs).toISOString();
}

/** Narrows a query to rows that nobody holds, or whose holder let its lease expire. */
export function whereFree(
  query: Knex.QueryBuilder,
  table: LeasedTable,
  { now }: Pick<Lease, 'now'>,
): void {
  query
    .whereIn('status', HELD_IN[table])
    .where(free =>
      free.whereNull('ticket').orWhere('lease_expires_at', '<', now),
    );
}

/** As `whereFree`, where a row is never without a holder. */
export function whereExpired(
  query: Knex.QueryBuilder,
  table: LeasedTable,
  { now }: Pick<Lease, 'now'>,
): void {
  query.whereIn('status', HELD_IN[table]).where('lease_expires_at', '<', now);
}

/** Takes a row under a new ticket; undefined if somebody else was faster. The new holder moves it next. */
export async function takeLease<Table extends LeasedTable>(
  db: Knex | Knex.Transaction,
  args: Lease & {
    table: Table;
    /** As it was read. */
    row: { id: string; ticket: string | null };
    /** What else is written with the claim. */
    values?: Partial<LeasedRows[Table]>;
  },
): Promise<(LeasedRows[Table] & { ticket: string }) | undefined> {
  const { table, row, values } = args;
  const ticket = randomUUID();
  const [taken]: Array<LeasedRows[Table]> = await db(table)
    .where({ id: row.id, ticket: row.ticket })
    .modify(whereFree, table, args)
    .update({
      ...values,
      ticket,
      holder: args.holder,
      lease_expires_at: args.leaseExpiresAt,
    })
    .returning('*');
  return taken && { ...taken, ticket };
}

/** Prolongs claims, and answers those of the tickets that are no longer valid. */
export async function renewLeases(
  db: Knex | Knex.Transaction,
  args: { table: LeasedTable; tickets: string[]; leaseExpiresAt: string },
): Promise<string[]> {
  const { table, leaseExpiresAt } = args;
  const lost: string[] = [];
  for (let start = 0; start < args.tickets.length; start += BATCH) {
    const tickets = args.tickets.slice(start, start + BATCH);
    const renewed: Array<{ ticket: string }> = await db(table)
      .whereIn('ticket', tickets)
      .whereIn('status', HELD_IN[table])
      .update({
        lease_expires_at: leaseExpiresAt,
        // A holder that is still alive here makes progress, so earlier takeovers no longer count.
        ...(table === 'attempts' && { rescues: 0 }),
      })
      .returning('ticket');
    const held = new Set(renewed.map(({ ticket }) => ticket));
    lost.push(...tickets.filter(ticket => !held.has(ticket)));
  }
  return lost;
}

/**
 * Lets claims lapse at once, so that another replica takes over without waiting for their leases to expire. For what a
 * process gives back when it stops, and for what its neighbours know it held when it was killed.
 */
export async function releaseLeases(
  db: Knex | Knex.Transaction,
  args: { table: LeasedTable } & (
    | { holders: string[] }
    | { tickets: string[] }
  ),
): Promise<void> {
  const [column, values] =
    'holders' in args
      ? (['holder', args.holders] as const)
      : (['ticket', args.tickets] as const);
  for (let start = 0; start < values.length; start += BATCH) {
    await db(args.table)
      .whereIn('status', HELD_IN[args.table])
      .whereIn(column, values.slice(start, start + BATCH))
      .update({ lease_expires_at: new Date(0).toISOString() });
  }
}

/** The replicas that hold a claim. */
export async function listHolders(
  db: Knex | Knex.Transaction,
  tables: readonly LeasedTable[],
): Promise<string[]> {
  const holders = new Set<string>();
  for (const table of tables) {
    const found: string[] = await db(table)
      .whereIn('status', HELD_IN[table])
      .whereNotNull('holder')
      .distinct('holder')
      .pluck('holder');
    found.forEach(holder => holders.add(holder));
  }
  return [...holders];
}
