import type { Knex } from 'knex';
import { parseStoredDefinition } from '@model-ci/backstage-plugin-model-ci-common';

export interface StatedDirection {
  runId: string;
  metric: string;
  higherIsBetter: boolean;
}

/** What `reports.directions` of the stages of some runs say. A definition that cannot be read says nothing. */
export async function listStatedDirections(
  db: Knex | Knex.Transaction,
  args: { runIds: string[] },
): Promise<StatedDirection[]> {
  const rows: Array<{ id: string; definition: string }> = await db('runs')
    .whereIn('id', args.runIds)
    .whereNotNull('definition')
    .select('id', 'definition');
  return rows.flatMap(({ id, definition }) =>
    directionsOf(definition).map(([metric, direction]) => ({
      runId: id,
      metric,
      higherIsBetter: direction === 'higher',
    })),
  );
}

function directionsOf(definition: string) {
  try {
    const { stages } = parseStoredDefinition(definition);
    return Object.values(stages).flatMap(({ reports }) =>
      Object.entries(reports.directions ?? {}),
    );
  } catch {
    return [];
  }
}
