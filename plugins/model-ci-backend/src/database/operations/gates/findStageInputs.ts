import type { RanImage } from '@model-ci/backstage-plugin-model-ci-common';
import type { Knex } from 'knex';
import { executionDigest, type StageInputs } from '../../../gates/stageInputs';
import { givenStages } from '../../../planning/planner';
import { parseStoredImage } from '../../storedImage';
import { findRunContent } from '../runs/findRunContent';
import { listBuiltImages } from '../stages/listBuiltImages';
import { listStageArtifacts } from '../stages/listStageArtifacts';

/**
 * What a stage of a run predicts from. `made` is what is stored of it. Undefined for a stage of several executions, of which
 * nobody says which one belongs to which, and where the source is not known.
 */
export async function findStageInputs(
  db: Knex | Knex.Transaction,
  { runId, stage: name }: { runId: string; stage: string },
): Promise<StageInputs | undefined> {
  const content = await findRunContent(db, { runId });
  const stages = content?.definition.stages ?? {};
  const stage = Object.hasOwn(stages, name) ? stages[name] : undefined;
  if (!content || !stage || stage.matrix || stage.on) {
    return undefined;
  }
  const digestsOf = async (names: string[]) =>
    (await listStageArtifacts(db, { runId, stages: names }))
      .map(({ digest }) => digest)
      .sort();
  const images = await listBuiltImages(db, { runIds: [runId] });
  const image =
    stage.imageFrom === undefined
      ? undefined
      : images.get(runId)?.get(stage.imageFrom);
  const { parameters, datasets } = content;
  const ranIn = await findRanImage(db, { runId, stage: name });
  return {
    source: content.sourceDigest,
    execution: executionDigest({ stage, parameters, datasets, image }),
    ...(ranIn && { image: ranIn.id }),
    given: await digestsOf(givenStages(stages, name)),
    made: await digestsOf([name]),
  };
}

/** Of the last attempt, once it has ended. */
async function findRanImage(
  db: Knex | Knex.Transaction,
  { runId, stage }: { runId: string; stage: string },
): Promise<RanImage | undefined> {
  const row: { image: string | null } | undefined = await db('attempts')
    .join('stages', 'stages.id', 'attempts.stage_id')
    .where({ 'attempts.run_id': runId, 'stages.name': stage })
    .whereNull('stages.instance')
    .orderBy('attempts.number', 'desc')
    .first('attempts.image as image');
  return parseStoredImage(row?.image ?? null);
}
