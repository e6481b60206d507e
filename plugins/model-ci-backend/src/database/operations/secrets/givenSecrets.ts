import type { Knex } from 'knex';
import type { AttemptRow } from '../../tables/runs';
import type { GivenSecretRow } from '../../tables/secrets';
import { transact } from '../../transact';
import { assertTicketHeld } from '../ticket';

/** What an attempt or a service was given; nothing where nothing was. */
export async function listGiven(
  db: Knex | Knex.Transaction,
  args: { holderId: string },
): Promise<GivenSecretRow[]> {
  return await db<GivenSecretRow>('given_secrets')
    .where({ holder_id: args.holderId })
    .orderBy('name');
}

/** Notes what an attempt is about to be given, and that its log is masked from now on. */
export async function recordGivenToAttempt(
  db: Knex,
  args: { attemptId: string; ticket: string; rows: GivenSecretRow[] },
): Promise<void> {
  await transact(db, async tx => {
    const held = await tx<AttemptRow>('attempts')
      .where({ id: args.attemptId, ticket: args.ticket })
      .update({
        log_source: tx.raw('coalesce(log_source, log_size)'),
      });
    assertTicketHeld(held, 'attempt', args.attemptId);
    await insert(tx, args.rows);
  });
}

/** Notes what a service is about to be given. What another replica noted first stays. */
export async function recordGivenToService(
  db: Knex,
  rows: GivenSecretRow[],
): Promise<void> {
  await insert(db, rows);
}

async function insert(
  db: Knex | Knex.Transaction,
  rows: GivenSecretRow[],
): Promise<void> {
  await db<GivenSecretRow>('given_secrets')
    .insert(rows)
    .onConflict(['holder_id', 'name'])
    .ignore();
}

/** Lets one fetch what an attempt was given: the first name that asks, however often. False for all others. */
export async function recordFetch(
  db: Knex,
  args: { holderId: string; fetchedBy: string },
): Promise<boolean> {
  const own = { holder_id: args.holderId, fetched_by: args.fetchedBy };
  await db<GivenSecretRow>('given_secrets')
    .where({ holder_id: args.holderId })
    .whereNull('fetched_by')
    .update({ fetched_by: args.fetchedBy });
  return (
    (await db<GivenSecretRow>('given_secrets').where(own).first()) !== undefined
  );
}

/** Nothing that they were given to is left. */
export async function forgetGiven(
  db: Knex | Knex.Transaction,
  args: { holderId: string },
): Promise<void> {
  await db<GivenSecretRow>('given_secrets')
    .where({ holder_id: args.holderId })
    .delete();
}

/** Nothing is left of a deployment's service. */
export async function forgetGivenToDeployment(
  db: Knex | Knex.Transaction,
  args: { deploymentId: string },
): Promise<void> {
  await db<GivenSecretRow>('given_secrets')
    .whereIn(
      'holder_id',
      db('deployments')
        .where({ id: args.deploymentId })
        .whereNotNull('service_id')
        .select('service_id'),
    )
    .delete();
}
