import type { Knex } from 'knex';
import { parseStoredDefinition } from '@model-ci/backstage-plugin-model-ci-common';

/** What the definitions of some runs set for the commands of their stages, by `<stage>.<variable>`. */
export async function listRunParameters(
  db: Knex | Knex.Transaction,
  args: { runIds: string[] },
): Promise<Map<string, Record<string, string>>> {
  const rows: Array<{ id: string; definition: string | null }> = await db(
    'runs',
  )
    .whereIn('id', args.runIds)
    .select('id', 'definition');
  return new Map(
    rows.map(({ id, definition }) => [id, parametersOf(definition)]),
  );
}

/** A definition that cannot be read keeps nobody from looking at the others. */
function parametersOf(definition: string | null): Record<string, string> {
  if (definition === null) return {};
  try {
    const { stages } = parseStoredDefinition(definition);
    return Object.fromEntries(
      Object.entries(stages).flatMap(([stage, { env }]) =>
        Object.entries(env ?? {}).map(([name, value]) => [
          `${stage}.${name}`,
          value,
        ]),
      ),
    );
  } catch {
    return {};
  }
}
