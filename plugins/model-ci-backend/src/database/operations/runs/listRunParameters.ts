import type { Knex } from 'knex';
import { parseStoredDefinition } from '@model-ci/backstage-plugin-model-ci-common';
import { parseStoredParameters } from '../../storedLists';

/**
 * What some runs were started with, by name, and what their definitions set for the commands of stages, by
 * `<stage>.<variable>`.
 */
export async function listRunParameters(
  db: Knex | Knex.Transaction,
  args: { runIds: string[] },
): Promise<Map<string, Record<string, string>>> {
  const rows: Array<{
    id: string;
    definition: string | null;
    parameters: string | null;
  }> = await db('runs')
    .whereIn('id', args.runIds)
    .select('id', 'definition', 'parameters');
  return new Map(
    rows.map(({ id, definition, parameters }) => [
      id,
      { ...givenTo(parameters), ...parametersOf(definition) },
    ]),
  );
}

function givenTo(parameters: string | null): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parseStoredParameters(parameters)).map(([name, value]) => [
      name,
      String(value),
    ]),
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
