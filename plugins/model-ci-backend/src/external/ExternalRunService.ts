import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  isFinal,
  reason,
  type ExternalRun,
  type ExternalUpload,
  type Run,
  type RunStage,
  type StageJudgement,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  isExternal,
  listSilent,
  noteHeard,
} from '../database/operations/external/externalRuns';
import { finishRun } from '../database/operations/external/finishRun';
import { startStage } from '../database/operations/external/startStage';
import {
  dropUpload,
  listAbandoned,
  type Announced,
} from '../database/operations/external/uploads';
import { findRun } from '../database/operations/runs/findRun';
import type { AttemptRow, StageRow } from '../database/tables/runs';
import { describeError } from '../describeError';
import { withReason } from '../withReason';
import { appendLog } from './appendLog';
import { judgeStage, type StageEnd } from './judgeStage';
import { LargeUploadError } from '../LargeUploadError';
import { deleteParts, receiveUpload, type UploadPart } from './receiveUpload';
import { startRun, type StartExternalRun } from './startRun';
import { nowOf, type ExternalContext } from './types';

/** A sign of life is written at most so often. */
const HEARD_MS = 15_000;
/** Runs, or uploads, of one look. */
const BATCH = 100;
/** Bytes of a report; the readers have limits of their own below it. */
const MAX_REPORT_BYTES = 1024 * 1024 * 1024;

export interface ExternalRunServiceOptions extends ExternalContext {
  runs: { get(runId: string): Promise<Run> };
}

/** Runs that another CI executes: what it reports, and what the portal answers. */
export class ExternalRunService {
  constructor(private readonly ctx: ExternalRunServiceOptions) {}

  /** Begins the run of a build, or answers the one that was begun for it before. */
  async start(
    input: StartExternalRun,
  ): Promise<{ run: ExternalRun; created: boolean }> {
    const { run, created } = await startRun(this.ctx, input);
    return { run: await this.get(run.id), created };
  }

  async get(runId: string): Promise<ExternalRun> {
    await this.demandExternal(runId);
    await this.heard(runId);
    return this.toExternal(await this.ctx.runs.get(runId));
  }

  /** Starts a stage, once again if it has ended. */
  async startStage(runId: string, stage: string): Promise<ExternalRun> {
    await this.open(runId, stage, { again: true });
    return await this.get(runId);
  }

  /** Ends a stage by what was uploaded for it, and answers how it was judged. One that has ended stays as it was judged. */
  async endStage(
    runId: string,
    stage: string,
    end: StageEnd,
  ): Promise<StageJudgement> {
    await this.demandExternal(runId);
    await this.heard(runId);
    const open = await this.find(runId, stage);
    if (open) {
      await judgeStage(this.ctx, open, end);
    }
    return await this.judgement(runId, stage);
  }

  async appendLog(
    runId: string,
    stage: string,
    piece: { offset: number; data: Buffer },
  ): Promise<{ size: number }> {
    const attempt = await this.open(runId, stage, { again: false });
    return await appendLog(this.ctx, attempt, piece);
  }

  async upload(
    runId: string,
    stage: string,
    announced: Omit<Announced, 'attempt_id'>,
    part: UploadPart | undefined,
  ): Promise<ExternalUpload> {
    this.demandSize(announced);
    const attempt = await this.open(runId, stage, { again: false });
    return await receiveUpload(
      this.ctx,
      { attempt_id: attempt.id, ...announced },
      part,
    );
  }

  /** Ends a run. Where it succeeded, the stages that still run end as successful ones, and are judged. */
  async finish(
    runId: string,
    status: 'succeeded' | 'failed' | 'cancelled',
  ): Promise<ExternalRun> {
    const run = await this.get(runId);
    if (status === 'succeeded' && !isFinal(run.status)) {
      for (const stage of run.stages) {
        if (stage.status === 'running') {
          await this.endStage(runId, stage.name, { succeeded: true });
        }
      }
    }
    const { db, engine } = this.ctx;
    const at = nowOf(this.ctx);
    const advanced = await finishRun(db, {
      ...{ runId, status, at },
      context: engine.context,
    });
    if (advanced) {
      engine.advanced(advanced);
    }
    return await this.get(runId);
  }

  /** Ends runs of which nothing was heard for too long. */
  async endSilent(): Promise<number> {
    const { db, engine, logger, silentAfterMs, now } = this.ctx;
    const since = new Date(now() - silentAfterMs).toISOString();
    const silent = await listSilent(db, { since, limit: BATCH });
    for (const { runId, provider } of silent) {
      try {
        const advanced = await finishRun(db, {
          ...{ runId, silentSince: since, at: nowOf(this.ctx) },
          status: 'errored',
          reason: reason('external.silent', {
            provider,
            after: { seconds: silentAfterMs / 1000 },
          }),
          context: engine.context,
        });
        if (advanced) {
          engine.advanced(advanced);
        }
      } catch (error) {
        logger.error(
          `The silent run ${runId} was not ended: ${describeError(error)}`,
        );
      }
    }
    await this.dropAbandoned();
    return silent.length;
  }

  /** Removes what was uploaded in part for stages that have ended. */
  private async dropAbandoned(): Promise<void> {
    const { db } = this.ctx;
    for (const uploadId of await listAbandoned(db, { limit: BATCH })) {
      await deleteParts(this.ctx, await dropUpload(db, uploadId));
    }
  }

  /** Runs that the portal executes are none that a token may touch. */
  private async demandExternal(runId: string): Promise<void> {
    if (!isExternal(await findRun(this.ctx.db, { runId }))) {
      throw withReason(NotFoundError, reason('error.noRun', { run: runId }));
    }
  }

  private async heard(runId: string): Promise<void> {
    const { db, now } = this.ctx;
    await noteHeard(db, {
      ...{ runId, at: nowOf(this.ctx) },
      before: new Date(now() - HEARD_MS).toISOString(),
    });
  }

  /** The running attempt of a stage, which is started where that is still to be done. */
  private async open(
    runId: string,
    stage: string,
    { again }: { again: boolean },
  ): Promise<AttemptRow> {
    await this.heard(runId);
    const at = nowOf(this.ctx);
    const opened = await startStage(this.ctx.db, { runId, stage, again, at });
    if (!opened) {
      throw withReason(
        ConflictError,
        reason('error.externalStageEnded', { stage }),
      );
    }
    if (opened.started) {
      this.ctx.engine.changed(await findRun(this.ctx.db, { runId }));
    }
    return opened.attempt;
  }

  private async find(
    runId: string,
    name: string,
  ): Promise<{ stage: StageRow; attempt: AttemptRow } | undefined> {
    const { db } = this.ctx;
    const stage = await db<StageRow>('stages')
      .where({ run_id: runId, name })
      .first();
    const attempt =
      stage &&
      (await db<AttemptRow>('attempts')
        .where({ stage_id: stage.id, status: 'running' })
        .first());
    return stage && attempt && { stage, attempt };
  }

  private async judgement(
    runId: string,
    name: string,
  ): Promise<StageJudgement> {
    const run = await this.ctx.runs.get(runId);
    const stage = run.stages.find(each => each.name === name);
    if (!stage || !isFinal(stage.status)) {
      throw withReason(
        NotFoundError,
        reason('error.externalNoStage', { stage: name }),
      );
    }
    return {
      stage: name,
      status: stage.status,
      reason: stage.reason,
      ...verdictOf(stage),
      gates: stage.gates,
      url: `${this.urlOf(runId)}?stage=${encodeURIComponent(name)}`,
    };
  }

  private demandSize({ kind, size }: Omit<Announced, 'attempt_id'>): void {
    const [max, key] =
      kind === 'artifact'
        ? [this.ctx.limits.maxArtifactBytes, 'modelCi.engine.maxArtifactBytes']
        : [MAX_REPORT_BYTES, kind];
    if (size > max) {
      throw new LargeUploadError(
        reason('error.uploadTooLarge', { size, max, key }),
      );
    }
  }

  private urlOf(runId: string): string {
    return `${this.ctx.appBaseUrl}/model-ci/runs/${runId}`;
  }

  private toExternal(run: Run): ExternalRun {
    return {
      id: run.id,
      number: run.number,
      pipelineRef: run.pipelineRef,
      url: this.urlOf(run.id),
      status: run.status,
      reason: run.reason,
      sourceProblem: problemOf(run),
      version: run.version,
      stages: run.stages.map(({ name, status, attempts }) => ({
        name,
        status,
        logSize: attempts.at(-1)?.logSize ?? 0,
      })),
    };
  }
}

/** The history says it once, when the run began. */
function problemOf({ history }: Run) {
  const began = history.find(
    entry => entry.reason?.code === 'external.startedWithoutSource',
  );
  return began?.reason;
}

function verdictOf({
  status,
  gates,
  reason: why,
}: RunStage): Pick<StageJudgement, 'verdict' | 'exitCode'> {
  if (status === 'succeeded') {
    return { verdict: 'pass', exitCode: 0 };
  }
  const failed = gates.some(({ verdict }) => verdict === 'fail');
  return !failed && why?.code === 'external.notAsked'
    ? { verdict: 'inconclusive', exitCode: 2 }
    : { verdict: 'fail', exitCode: 1 };
}
