import type { Knex } from 'knex';
import { v7 as timeOrderedUuid } from 'uuid';
import type { DeliveryRow } from '../../tables/deliveries';
import { lockUntilCommit, transact } from '../../transact';

/** Enough to find out what happened to the pushes, or the requests, of the last days; each is a few kilobytes. */
const KEPT_PER_REPOSITORY = 200;

export type NewDelivery = Pick<
  DeliveryRow,
  | 'provider'
  | 'delivery_key'
  | 'digest'
  | 'repository'
  | 'change'
  | 'event'
  | 'ref'
  | 'before_commit'
  | 'commit'
>;

/**
 * Writes down what a host announced, once: hosts announce the same again when they get no answer, when a person asks
 * them to, when two webhooks lead here, and an attacker may repeat what was signed. Whoever works on it moves the row
 * next. The oldest of the repository make room, unless something still has to follow from them.
 */
export async function recordDelivery(
  db: Knex,
  args: { delivery: NewDelivery; at: string; nextTryAt: string },
): Promise<{ row: DeliveryRow; isNew: boolean }> {
  const { delivery, at, nextTryAt } = args;
  return await transact(db, async tx => {
    await lockUntilCommit(tx, `deliveries:${delivery.repository}`);
    const earlier =
      (await findByIdentity(tx, delivery)) ??
      (await findSameMove(tx, delivery));
    if (earlier) {
      await tx<DeliveryRow>('deliveries')
        .where({ id: earlier.id })
        .increment('repeats', 1);
      return { row: earlier, isNew: false };
    }
    const [row] = await tx<DeliveryRow>('deliveries')
      .insert({
        ...delivery,
        id: timeOrderedUuid(),
        received_at: at,
        repeats: 0,
        state: 'pending',
        attempts: 0,
        next_try_at: nextTryAt,
      })
      .returning('*');
    await removeOldest(tx, delivery);
    return { row, isNew: true };
  });
}

/** By the host's id, and by the content: the id is not signed. */
async function findByIdentity(
  tx: Knex.Transaction,
  { provider, delivery_key: key, digest, repository }: NewDelivery,
): Promise<DeliveryRow | undefined> {
  const byKey = await tx<DeliveryRow>('deliveries')
    .where({ provider, delivery_key: key })
    .first();
  return (
    byKey ??
    (digest === null
      ? undefined
      : await tx<DeliveryRow>('deliveries')
          .where({ repository, digest })
          .first())
  );
}

/**
 * The same move of a ref, which another webhook announced. It is a move of its own where the ref went back in between.
 */
async function findSameMove(
  tx: Knex.Transaction,
  delivery: NewDelivery,
): Promise<DeliveryRow | undefined> {
  const { repository, event, ref, before_commit: before, commit } = delivery;
  if (ref === null) {
    return undefined;
  }
  const same = await tx<DeliveryRow>('deliveries')
    .where({ repository, event, ref, before_commit: before, commit })
    .orderBy('id', 'desc')
    .first();
  const wentBack =
    same &&
    (await tx<DeliveryRow>('deliveries')
      .where({ repository, event, ref, commit: before })
      .where('id', '>', same.id)
      .first('id'));
  return wentBack ? undefined : same;
}

/** Anybody may open and close requests, so that these make no room among the pushes, which have a ref. */
async function removeOldest(
  tx: Knex.Transaction,
  { ref, repository }: NewDelivery,
): Promise<void> {
  const alike = () => {
    const query = tx<DeliveryRow>('deliveries').where({ repository });
    return ref === null ? query.whereNull('ref') : query.whereNotNull('ref');
  };
  const last = await alike()
    .orderBy('id', 'desc')
    .offset(KEPT_PER_REPOSITORY)
    .first('id');
  if (last) {
    await alike()
      .whereNot({ state: 'pending' })
      .where('id', '<=', last.id)
      .delete();
  }
}
