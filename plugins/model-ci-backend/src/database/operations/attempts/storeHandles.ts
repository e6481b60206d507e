import type { Knex } from 'knex';
import type { Handle } from '@model-ci/backstage-plugin-model-ci-node';
import { returnedRows, valuesTable } from '../../valuesTable';

/** By what the executor finds an attempt again. */
export interface AttemptHandle {
  attemptId: string;
  ticket: string;
  handle: Handle;
  /** The attempt's time runs from its start in the executor; absent until that has come. */
  deadlineAt?: string;
}

/** Notes handles of attempts, and answers the tickets under which that was possible: the others are lost. */
export async function storeHandles(
  db: Knex | Knex.Transaction,
  handles: AttemptHandle[],
): Promise<Set<string>> {
  const values = valuesTable(
    db,
    { id: 'text', ticket: 'text', handle: 'text', deadline_at: 'text' },
    handles.map(({ attemptId, ticket, handle, deadlineAt }) => ({
      id: attemptId,
      ticket,
      handle: JSON.stringify(handle),
      deadline_at: deadlineAt ?? null,
    })),
  );
  const stored = await returnedRows<{ ticket: string }>(
    db.raw(
      `update attempts set handle = v.handle, rescues = 0,
         deadline_at = coalesce(v.deadline_at, attempts.deadline_at)
       from ? where attempts.id = v.id and attempts.ticket = v.ticket
       returning attempts.ticket as ticket`,
      [values],
    ),
  );
  return new Set(stored.map(({ ticket }) => ticket));
}
