import type { Knex } from 'knex';
import type { RunPromotion } from '@model-ci/backstage-plugin-model-ci-common';
import { readReason } from '../../storedReason';
import type { PromotionRow } from '../../tables/evaluations';

/** What became of the promotion that a run's definition asks for; undefined where nothing did yet. */
export async function findPromotion(
  db: Knex | Knex.Transaction,
  args: { runId: string },
): Promise<RunPromotion | undefined> {
  const row = await db<PromotionRow>('promotions')
    .where({ run_id: args.runId })
    .first();
  if (!row) {
    return undefined;
  }
  const { alias, version } = row;
  const why = readReason(row.reason);
  return why
    ? { type: 'refused', alias, version, reason: why }
    : { type: 'promoted', alias, version };
}
