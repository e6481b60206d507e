import { ConflictError, NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import {
  reason,
  type Reason,
  toStorableText,
} from '@model-ci/backstage-plugin-model-ci-common';
import { invalidRequest } from '@model-ci/backstage-plugin-model-ci-node';
import type { ApprovalRow, StageRow } from '../../tables/runs';
import { transact } from '../../transact';
import { closeApprovals } from '../stages/closeApprovals';
import { whereStage } from '../stages/whereStage';
import { updateStages } from '../stages/updateStages';
import { advanceRun, type AdvanceContext, type Advanced } from './advanceRun';
import { lockRun } from './lockRun';
import { withReason } from '../../../withReason';
import { statusWord } from '../../../statusWord';

/** A person lets a run go on that waits at a stage, or stops it there; the run moves on in the same transaction. */
export async function decideStage(
  db: Knex,
  args: {
    runId: string;
    stage: string;
    decision: 'continue' | 'stop';
    by: string;
    reason: string;
    /** Digest of what the person has looked at. */
    evidence?: string;
    context: AdvanceContext;
    at: string;
  },
): Promise<Advanced> {
  const { runId, decision, by, at } = args;
  const said = toStorableText(args.reason);
  return await transact(db, async tx => {
    const run = await lockRun(tx, { runId });
    const stage = await tx<StageRow>('stages')
      .modify(whereStage, { runId, key: args.stage })
      .first();
    if (!stage) {
      throw withReason(
        NotFoundError,
        reason('error.noStage', { run: runId, stage: args.stage }),
      );
    }
    if (stage.status !== 'waiting') {
      throw withReason(
        ConflictError,
        reason('error.notWaiting', {
          stage: args.stage,
          number: run.number,
          pipeline: run.pipeline_ref,
          status: statusWord(stage.status),
        }),
      );
    }
    await assertEvidence(tx, stage, args.evidence);
    const status = decision === 'continue' ? 'succeeded' : 'failed';
    const why = decisionReason(decision, by, said);
    await closeApprovals(tx, {
      stageIds: [stage.id],
      decision,
      by,
      reason: said,
      at,
    });
    await updateStages(tx, [
      {
        stageId: stage.id,
        status,
        finishedAt: at,
        ...(decision === 'stop' && { reason: why }),
      },
    ]);
    return await advanceRun(tx, {
      run,
      context: args.context,
      changes: [
        {
          runId,
          stageId: stage.id,
          from: 'waiting',
          to: status,
          by,
          reason: why,
        },
      ],
      at,
    });
  });
}

/** Who has seen something else has decided about something else. */
async function assertEvidence(
  tx: Knex.Transaction,
  stage: StageRow,
  seen: string | undefined,
): Promise<void> {
  const asked = await tx<ApprovalRow>('approvals')
    .where({ stage_id: stage.id })
    .whereNull('decision')
    .first('evidence');
  const evidence = asked?.evidence ?? undefined;
  if (evidence === undefined || evidence === seen) {
    return;
  }
  if (seen === undefined) {
    throw invalidRequest(
      'body',
      'evidence',
      'must be the digest of what you have looked at: the evidence of the open approval of the stage',
    );
  }
  throw withReason(
    ConflictError,
    reason('error.otherEvidence', { stage: stage.name }),
  );
}

function decisionReason(
  decision: 'continue' | 'stop',
  by: string,
  said: string,
): Reason {
  return reason(decision === 'continue' ? 'stage.continued' : 'stage.stopped', {
    by,
    reason: said,
  });
}
