import type { Knex } from 'knex';
import type { AttemptRow, RunRow } from '../../tables/runs';

/**
 * Prolongs all claims of this process, and answers those of its tickets that are no longer valid.
 */
export async function renewLeases(
  db: Knex | Knex.Transaction,
  args: {
    table: 'attempts' | 'runs';
    tickets: string[];
    leaseExpiresAt: string;
  },
): Promise<string[]> {
  const lost: string[] = [];
  for (let start = 0; start < args.tickets.length; start += 1000) {
    const tickets = args.tickets.slice(start, start + 1000);
    const renewed = await db<AttemptRow | RunRow>(args.table)
      .whereIn('ticket', tickets)
      .whereIn('status', args.table === 'runs' ? ['queued'] : ['running'])
      .update({
        lease_expires_at: args.leaseExpiresAt,
        // A holder that lives on until here gets on with the attempt.
        ...(args.table === 'attempts' && { rescues: 0 }),
      })
      .returning('ticket');
    const held = new Set(renewed.map(row => row.ticket));
    lost.push(...tickets.filter(ticket => !held.has(ticket)));
  }
  return lost;
}
