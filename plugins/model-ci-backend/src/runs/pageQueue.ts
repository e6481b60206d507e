import type { Knex } from 'knex';
import { z } from 'zod';
import {
  type Page,
  type QueueEntry,
  stageKey,
} from '@model-ci/backstage-plugin-model-ci-common';
import { listCursor } from '../database/cursor';
import { listQueue } from '../database/operations/attempts/listQueue';
import { listRunsById } from '../database/operations/runs/listRunsById';
import { listStagesById } from '../database/operations/stages/listStagesById';
import {
  explainAttempts,
  type EngineLoad,
  type ExplainedAttempt,
} from './explainAttempts';

const place = listCursor(
  'queue',
  z.tuple([z.iso.datetime(), z.string().max(64)]),
);

/** One page of what waits for a node, in order, with the reason. */
export async function pageQueue(
  db: Knex,
  engine: EngineLoad,
  { cursor, limit }: { cursor?: string; limit: number },
): Promise<Page<QueueEntry>> {
  const [createdAt, id] = cursor === undefined ? [] : place.decode(cursor);
  const waiting = await listQueue(db, {
    ...(createdAt !== undefined &&
      id !== undefined && {
        after: { createdAt, id },
      }),
    limit: limit + 1,
  });
  const page = waiting.slice(0, limit);
  const last = page.at(-1);
  return {
    items: await toEntries(db, await explainAttempts(db, engine, page)),
    ...(waiting.length > limit &&
      last && { nextCursor: place.encode([last.createdAt, last.id]) }),
  };
}

/** What ended or went away meanwhile is left out. */
async function toEntries(
  db: Knex,
  page: ExplainedAttempt[],
): Promise<QueueEntry[]> {
  const [runs, stages] = await Promise.all([
    listRunsById(db, { runIds: [...new Set(page.map(own => own.runId))] }),
    listStagesById(db, { stageIds: page.map(own => own.stageId) }),
  ]);
  const runById = new Map(runs.map(run => [run.id, run]));
  const stageById = new Map(stages.map(stage => [stage.id, stage]));
  return page.flatMap(attempt => {
    const run = runById.get(attempt.runId);
    const stage = stageById.get(attempt.stageId);
    return run && stage
      ? [
          {
            runId: run.id,
            runNumber: run.number,
            pipelineRef: run.pipeline_ref,
            stage: stageKey(stage.name, stage.instance),
            executor: attempt.executor,
            since: attempt.createdAt,
            ahead: attempt.ahead,
            reason: attempt.reason,
          },
        ]
      : [];
  });
}
