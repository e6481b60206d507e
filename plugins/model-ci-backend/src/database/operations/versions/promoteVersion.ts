import type { Knex } from 'knex';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { findHindrance } from '../../../gates/findHindrance';
import { storeReason } from '../../storedReason';
import type { PromotionRow } from '../../tables/evaluations';
import type { RunRow, StageRow } from '../../tables/runs';
import { transact } from '../../transact';
import { findRunContent } from '../runs/findRunContent';
import { lockAlias } from './lockAlias';
import { moveAlias } from './moveAlias';
import type { DuePromotion } from './findDuePromotion';

/**
 * Gives the version of a run that has succeeded the alias that its definition names, unless that has moved since the run's
 * gates were planned or they have not passed. What became of it is recorded with the run. Undefined where that was done
 * before.
 */
export async function promoteVersion(
  db: Knex,
  args: { due: DuePromotion; refused?: Reason; by: string; at: string },
): Promise<PromotionRow | undefined> {
  const { due, by, at } = args;
  const { runId, pipelineRef, alias, version } = due;
  return await transact(db, async tx => {
    await lockAlias(tx, { pipelineRef, alias });
    if (await tx<PromotionRow>('promotions').where({ run_id: runId }).first()) {
      return undefined;
    }
    const why = args.refused ?? (await findReason(tx, due));
    if (!why) {
      const given = reason('alias.promoted', { number: due.runNumber });
      await moveAlias(tx, {
        ...{ pipelineRef, alias, version, by, runId, at },
        reason: given,
      });
    }
    const row: PromotionRow = {
      ...{ run_id: runId, alias, version, at },
      reason: storeReason(
        why && reason('promotion.refused', { alias, reason: why }),
      ),
    };
    await tx<PromotionRow>('promotions').insert(row);
    return row;
  });
}

async function findReason(
  tx: Knex.Transaction,
  due: DuePromotion,
): Promise<Reason | undefined> {
  const content = await findRunContent(tx, { runId: due.runId });
  if (!content) {
    throw new Error(`Run ${due.runId} has no definition to promote by`);
  }
  const stages = await tx<StageRow>('stages')
    .where({ run_id: due.runId })
    .whereNull('instance')
    .select('name', 'status');
  const current = await findCurrent(tx, due);
  return findHindrance({
    ...due,
    definition: content.definition,
    gatePlans: content.gatePlans,
    statuses: new Map(stages.map(({ name, status }) => [name, status])),
    ...(current && { current }),
  });
}

/** Where the alias points, and the run that registered that version. */
async function findCurrent(
  tx: Knex.Transaction,
  { pipelineRef, alias }: DuePromotion,
): Promise<{ version: number; runNumber: number } | undefined> {
  const row: { version: number; number: RunRow['number'] } | undefined =
    await tx('aliases as a')
      .join('model_versions as v', join =>
        join
          .on('v.pipeline_ref', 'a.pipeline_ref')
          .andOn('v.version', 'a.version'),
      )
      .join('runs', 'runs.id', 'v.run_id')
      .where({ 'a.pipeline_ref': pipelineRef, 'a.alias': alias })
      .first('a.version', 'runs.number');
  return row && { version: row.version, runNumber: row.number };
}
