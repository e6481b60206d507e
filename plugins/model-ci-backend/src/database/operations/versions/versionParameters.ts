import type { Knex } from 'knex';
import { listSelections } from '../stages/listSelections';

/** JSON of the parameters that the stages of a run have selected, by stage; null where none selects any. */
export async function versionParameters(
  db: Knex | Knex.Transaction,
  args: { runId: string },
): Promise<string | null> {
  const selections = Object.entries(await listSelections(db, args));
  return selections.length === 0
    ? null
    : JSON.stringify(
        Object.fromEntries(
          selections.map(([stage, { parameters }]) => [stage, parameters]),
        ),
      );
}
