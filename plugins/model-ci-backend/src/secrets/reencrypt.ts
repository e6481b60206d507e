import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { listGiven } from '../database/operations/secrets/givenSecrets';
import {
  listHoldersSealedOtherwise,
  listSealedOtherwise,
  resealGiven,
  resealSecret,
} from '../database/operations/secrets/resealRows';
import { withReason } from '../withReason';
import { placeOfGiven, placeOfSecret } from './places';
import { UnsealError, type Place, type Sealed, type Sealer } from './Sealer';

const BATCH = 100;

export interface Reencrypted {
  /** Values that the first key encrypts now. */
  reencrypted: number;
  /** Values that none of the keys decrypts. */
  unreadable: number;
}

/**
 * Encrypts everything with the first key that another one has encrypted. Row by row, so that backends go on meanwhile; what
 * is set or removed in between is left alone. It may be broken off and repeated.
 */
export async function reencrypt(
  db: Knex,
  sealer: Sealer,
): Promise<Reencrypted> {
  const { keyId } = sealer;
  if (keyId === undefined) {
    throw withReason(ConflictError, reason('secret.noKey'));
  }
  const done: Reencrypted = { reencrypted: 0, unreadable: 0 };
  const count = async (
    row: Sealed & { name: string },
    place: Place,
    store: (after: Sealed) => Promise<boolean>,
  ) => {
    const after = resealed(sealer, row, place);
    if (!after) {
      done.unreadable++;
    } else if (await store(after)) {
      done.reencrypted++;
    }
  };
  await inBatches(
    after => listSealedOtherwise(db, { keyId, after, limit: BATCH }),
    ({ id }) => id,
    row =>
      count(row, placeOfSecret(row), after =>
        resealSecret(db, { id: row.id, before: pick(row), after }),
      ),
  );
  await inBatches(
    after => listHoldersSealedOtherwise(db, { keyId, after, limit: BATCH }),
    holderId => holderId,
    async holderId => {
      for (const row of await listGiven(db, { holderId })) {
        if (row.key_id !== keyId) {
          await count(row, placeOfGiven(row), after =>
            resealGiven(db, { row, after }),
          );
        }
      }
    },
  );
  return done;
}

async function inBatches<T>(
  list: (after: string) => Promise<T[]>,
  idOf: (item: T) => string,
  work: (item: T) => Promise<void>,
): Promise<void> {
  for (let after = ''; ; ) {
    const items = await list(after);
    for (const item of items) {
      await work(item);
      after = idOf(item);
    }
    if (items.length < BATCH) {
      return;
    }
  }
}

function pick({ key_id, sealed }: Sealed): Sealed {
  return { key_id, sealed };
}

/** Undefined where it cannot be read. */
function resealed(
  sealer: Sealer,
  row: Sealed & { name: string },
  place: Place,
): Sealed | undefined {
  try {
    return sealer.seal(sealer.open(row, place, row.name), place);
  } catch (error) {
    if (error instanceof UnsealError) {
      return undefined;
    }
    throw error;
  }
}
