import type { Knex } from 'knex';
import {
  stageConclusionSchema,
  type Selection,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { StageRow } from '../../tables/runs';

/** What the stages of a run have selected, by stage, in the order of the definition. */
export async function listSelections(
  db: Knex | Knex.Transaction,
  args: { runId: string },
): Promise<Record<string, Selection>> {
  const rows = await db<StageRow>('stages')
    .where({ run_id: args.runId, status: 'succeeded' })
    .whereNotNull('conclusion')
    .orderBy('position')
    .select('name', 'conclusion');
  return Object.fromEntries(
    rows.flatMap(({ name, conclusion }) => {
      const { selection } = stageConclusionSchema.parse(
        JSON.parse(conclusion ?? '{}'),
      );
      return selection ? [[name, selection] as const] : [];
    }),
  );
}
