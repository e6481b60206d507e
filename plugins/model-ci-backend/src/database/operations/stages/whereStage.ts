import type { Knex } from 'knex';
import { parseStageKey } from '@model-ci/backstage-plugin-model-ci-common';

/** Narrows a query to the row of a stage, or of one of its instances, by its key. */
export function whereStage(
  query: Knex.QueryBuilder,
  of: { runId: string; key: string; table?: string },
): void {
  const { runId, key, table = 'stages' } = of;
  const { stage, instance } = parseStageKey(key);
  query.where({ [`${table}.run_id`]: runId, [`${table}.name`]: stage });
  if (instance === undefined) {
    query.whereNull(`${table}.instance`);
  } else {
    query.where(`${table}.instance`, instance);
  }
}
