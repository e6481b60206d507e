import type { Knex } from 'knex';
import { transact } from '../../transact';
import type { CollectedCurve } from '../results/types';
import { assertTicketHeld } from '../ticket';
import { replaceCurves } from './replaceCurves';

/** Stores the curves of an attempt that runs; rejects with `TicketLostError` once it is somebody else's, or has ended. */
export async function storeCurves(
  db: Knex,
  args: {
    runId: string;
    attemptId: string;
    ticket: string;
    curves: CollectedCurve[];
  },
): Promise<void> {
  const { attemptId, ticket } = args;
  await transact(db, async tx => {
    // Also locks the row, so that the end of the attempt comes before or after.
    const held = await tx('attempts')
      .where({ id: attemptId, ticket })
      .update({ ticket });
    assertTicketHeld(held, 'attempt', attemptId);
    await replaceCurves(tx, args);
  });
}
