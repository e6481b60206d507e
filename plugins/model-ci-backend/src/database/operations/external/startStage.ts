import { randomUUID } from 'node:crypto';
import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import {
  EXTERNAL_EXECUTOR,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { EXTERNAL_NODE } from '../../tables/externalRuns';
import type { AttemptRow, StageRow } from '../../tables/runs';
import { transact } from '../../transact';
import { withReason } from '../../../withReason';
import { insertChanges, type StateChange } from '../history/insertChanges';
import { addStages } from './addStages';
import { lockOpenRun } from './lockOpenRun';

/** No replica holds it, so that none ever takes it over: its run ends when nothing is heard of it. */
const NEVER = '9999-12-31T23:59:59.999Z';

/** Not configurable: a build that begins a stage more often is in a loop, and each attempt has a log and uploads. */
const MAX_ATTEMPTS = 50;

/**
 * The attempt of a stage of an external run that results are reported for. A stage that was not started is started; one
 * that has ended only where `again` says so, with a new attempt. Undefined where it has ended.
 */
export async function startStage(
  db: Knex,
  args: { runId: string; stage: string; again: boolean; at: string },
): Promise<{ attempt: AttemptRow; started: boolean } | undefined> {
  const { runId, at } = args;
  return await transact(db, async tx => {
    await lockOpenRun(tx, { runId });
    await addStages(tx, { runId, names: [args.stage], at });
    const stage = await tx<StageRow>('stages')
      .where({ run_id: runId, name: args.stage })
      .first();
    const last = await tx<AttemptRow>('attempts')
      .where({ stage_id: stage?.id })
      .orderBy('number', 'desc')
      .first();
    if (last?.status === 'running') {
      return { attempt: last, started: false };
    }
    if (!stage || (last && !args.again)) {
      return undefined;
    }
    if (last && last.number >= MAX_ATTEMPTS) {
      throw withReason(
        ConflictError,
        reason('error.externalManyAttempts', {
          stage: stage.name,
          max: MAX_ATTEMPTS,
        }),
      );
    }
    const attempt = await insertAttempt(tx, { stage, last, at });
    await insertChanges(tx, { changes: changesOf(stage, attempt), at });
    return { attempt, started: true };
  });
}

async function insertAttempt(
  tx: Knex.Transaction,
  args: { stage: StageRow; last: AttemptRow | undefined; at: string },
): Promise<AttemptRow> {
  const { stage, last, at } = args;
  const [attempt] = await tx<AttemptRow>('attempts')
    .insert({
      id: randomUUID(),
      stage_id: stage.id,
      run_id: stage.run_id,
      number: (last?.number ?? 0) + 1,
      status: 'running',
      executor: EXTERNAL_EXECUTOR,
      node: EXTERNAL_NODE,
      node_selector: '{}',
      cpus: 0,
      memory_bytes: 0,
      gpus: 0,
      demand: EXTERNAL_EXECUTOR,
      timeout_seconds: 0,
      ticket: randomUUID(),
      lease_expires_at: NEVER,
      created_at: at,
      started_at: at,
    })
    .returning('*');
  await tx<StageRow>('stages').where({ id: stage.id }).update({
    status: 'running',
    reason: null,
    started_at: at,
    finished_at: null,
  });
  return attempt;
}

function changesOf(stage: StageRow, attempt: AttemptRow): StateChange[] {
  const { run_id: runId, id: stageId, status: from } = stage;
  return [
    { runId, stageId, from, to: 'running' },
    { runId, stageId, attemptId: attempt.id, to: 'running' },
  ];
}
