import type { Knex } from 'knex';

const ATTEMPTS = 5;

export function isPostgres(db: Knex | Knex.Transaction): boolean {
  return db.client.config.client === 'pg';
}

/**
 * Runs a transaction, and once more where PostgreSQL ended it to break a deadlock; so `work` must not have
 * effects outside the database.
 */
export async function transact<T>(
  db: Knex,
  work: (tx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction(work);
    } catch (error) {
      if (attempt === ATTEMPTS || !isTransient(error)) {
        throw error;
      }
    }
  }
}

/** As `lockUntilCommit`, but answers false instead of waiting where somebody else is past this point. */
export async function tryLockUntilCommit(
  tx: Knex.Transaction,
  name: string,
): Promise<boolean> {
  if (!isPostgres(tx)) {
    return true;
  }
  const { rows } = await tx.raw<{ rows: Array<{ locked: boolean }> }>(
    'select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as locked',
    [`model-ci:${name}`],
  );
  return rows[0].locked;
}

/** Serialization failure and deadlock, by their SQLSTATE. */
function isTransient(error: unknown): boolean {
  const code =
    typeof error === 'object' && error !== null && 'code' in error
      ? error.code
      : undefined;
  return code === '40001' || code === '40P01';
}

/**
 * Lets one transaction at a time go on past this point, until it ends. SQLite needs no lock: its one
 * connection already does that.
 */
export async function lockUntilCommit(
  tx: Knex.Transaction,
  name: string,
): Promise<void> {
  if (isPostgres(tx)) {
    await tx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
      `model-ci:${name}`,
    ]);
  }
}
