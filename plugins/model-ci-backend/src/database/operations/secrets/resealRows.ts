import type { Knex } from 'knex';
import type { GivenSecretRow, SecretRow } from '../../tables/secrets';

type Sealed = Pick<GivenSecretRow, 'key_id' | 'sealed'>;

/** Secrets that another key than this one has encrypted, in the order of their ids. */
export async function listSealedOtherwise(
  db: Knex | Knex.Transaction,
  args: { keyId: string; after: string; limit: number },
): Promise<Array<SecretRow & Sealed>> {
  return await db('secrets')
    .whereNotNull('sealed')
    .whereNot('key_id', args.keyId)
    .where('id', '>', args.after)
    .orderBy('id')
    .limit(args.limit);
}

/** Holders of what another key than this one has encrypted, in order. */
export async function listHoldersSealedOtherwise(
  db: Knex | Knex.Transaction,
  args: { keyId: string; after: string; limit: number },
): Promise<string[]> {
  const rows: Array<{ holder_id: string }> = await db('given_secrets')
    .distinct('holder_id')
    .whereNot('key_id', args.keyId)
    .where('holder_id', '>', args.after)
    .orderBy('holder_id')
    .limit(args.limit);
  return rows.map(({ holder_id: id }) => id);
}

/** Puts a value in place of the same one under another key; answers false where it was set or removed meanwhile. */
export async function resealSecret(
  db: Knex | Knex.Transaction,
  args: { id: string; before: Sealed; after: Sealed },
): Promise<boolean> {
  const { key_id, sealed } = args.before;
  const changed = await db<SecretRow>('secrets')
    .where({ id: args.id, key_id, sealed })
    .update(args.after);
  return changed > 0;
}

/** As {@link resealSecret}, of what was given away. */
export async function resealGiven(
  db: Knex | Knex.Transaction,
  args: { row: GivenSecretRow; after: Sealed },
): Promise<boolean> {
  const { holder_id, name, key_id, sealed } = args.row;
  const changed = await db<GivenSecretRow>('given_secrets')
    .where({ holder_id, name, key_id, sealed })
    .update(args.after);
  return changed > 0;
}
