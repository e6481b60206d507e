import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Readable } from 'node:stream';
import { ConflictError, InputError } from '@backstage/errors';
import type { Knex } from 'knex';
import { z } from 'zod';
import {
  type Artifact,
  type ChangedPaths,
  type ExternalCi,
  type GateResult,
  type InstanceMetric,
  type LogTime,
  type Page,
  type ParameterValues,
  type PipelineSummary,
  type QueueEntry,
  reason,
  type Reason,
  type ReportSummary,
  type Run,
  type RunPullRequest,
  type RunStage,
  type RunSummary,
  type StageExecution,
  stageKey,
  type StageMetric,
  type Status,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import { listCursor } from '../database/cursor';
import { declareAttemptLost } from '../database/operations/attempts/declareAttemptLost';
import { listAttempts } from '../database/operations/attempts/listAttempts';
import { toQueued } from '../database/operations/attempts/listQueue';
import { requestGiveUp } from '../database/operations/attempts/requestGiveUp';
import {
  isExternal,
  listBuilds,
} from '../database/operations/external/externalRuns';
import { listHistory } from '../database/operations/history/listHistory';
import { decideStage } from '../database/operations/runs/decideStage';
import { cancelRun } from '../database/operations/runs/cancelRun';
import { findPromotion } from '../database/operations/versions/findPromotion';
import { findStatusProblem } from '../database/operations/commitStatuses/commitStatuses';
import { findRun } from '../database/operations/runs/findRun';
import { findRunByKey } from '../database/operations/runs/findRunByKey';
import { insertRun } from '../database/operations/runs/insertRun';
import { listLatestRuns } from '../database/operations/runs/listLatestRuns';
import { listRecentRuns } from '../database/operations/runs/listRecentRuns';
import {
  listRuns,
  type RunListRow,
} from '../database/operations/runs/listRuns';
import { listOpenRunsOfPullRequest } from '../database/operations/runs/listOpenRunsOfPullRequest';
import { listRunsById } from '../database/operations/runs/listRunsById';
import { listWaits } from '../database/operations/runs/listWaits';
import { retryRun } from '../database/operations/runs/retryRun';
import { listApprovals } from '../database/operations/stages/listApprovals';
import { listDecisions } from '../database/operations/stages/listDecisions';
import { listStages } from '../database/operations/stages/listStages';
import { readReason } from '../database/storedReason';
import type {
  AttemptRow,
  RunStateRow,
  StageRow,
} from '../database/tables/runs';
import type { Engine } from '../engine/Engine';
import type { RunQuota } from '../limits/RunQuota';
import { LogReader, type LogSlice } from '../logs/LogReader';
import { isCommit } from '../source/sourceUrl';
import type { SourceReader } from '../source/SourceReader';
import { demandOther, type DemandOtherOptions } from './demandOther';
import { explainAttempts } from './explainAttempts';
import { pageQueue } from './pageQueue';
import { toInstances } from './toInstances';
import {
  toHistoryEntry,
  toRunSource,
  toRunStage,
  toStageExecution,
  toRunSummary,
} from './toApi';
import { describeError } from '../describeError';
import { withReason } from '../withReason';

/** As many as a row of a table has room for. */
const RECENT_RUNS = 10;

export interface StartRunInput {
  pipelineRef: string;
  /** Folder of the entity at the default branch, ending in `/`. */
  sourceUrl: string;
  /** Branch, tag or commit; the default branch if absent. */
  ref?: string;
  /** In place of a ref: the run belongs to no branch, so that it registers no version. Needs `commit`. */
  tag?: string;
  /** In place of a ref too. */
  pullRequest?: RunPullRequest;
  /** The commit that `ref` or `tag` stands for, where it is known already. */
  commit?: string;
  commitMessage?: string;
  /** Git's id of the commit's tree, where it is known already. */
  sourceTree?: string;
  /** What is given; the rest has its defaults. */
  parameters?: ParameterValues;
  trigger: RunSummary['trigger'];
  /** Name of the schedule that starts it. */
  schedule?: string;
  createdBy: string;
  /** A second start with the same key answers the same run. */
  idempotencyKey?: string;
  /** Absent where they are not known. */
  changedPaths?: ChangedPaths;
  /** Whether the change comes from a fork. */
  isUntrusted?: boolean;
  /** Whether the code host says that the commit is on its branch or tag; otherwise the preparation asks. */
  isVerified?: boolean;
}

export interface ListRunsQuery {
  pipelineRefs?: string[];
  /** Restricts to pipelines of these owners. */
  ownerRefs?: string[];
  /** Part of the title or the ref of the pipeline. */
  q?: string;
  statuses?: Status[];
  branch?: string;
  trigger?: string;
  cursor?: string;
  limit: number;
}

/** What a stage or an instance produced. */
export interface StageResultsOf {
  gates: GateResult[];
  artifacts: Artifact[];
  reports: ReportSummary[];
  /** Of an instance. */
  metrics: InstanceMetric[];
  /** Of a stage. */
  reported: StageMetric[];
}

/** What the stages and instances of a run produced, by their keys. */
export type StageResultsReader = (
  runId: string,
) => Promise<ReadonlyMap<string, StageResultsOf>>;

export interface RunServiceOptions {
  db: Knex;
  /** Told of what cannot be read. */
  logger?: LoggerService;
  engine: Engine;
  artifactStore: ArtifactStore;
  source: SourceReader;
  /** Rejects where the owner of a pipeline may have no more runs. */
  quota?: Pick<RunQuota, 'demandRoom'>;
  stageResults: StageResultsReader;
  /** Set where nobody decides about a stage of a run that they have caused, or of a commit that they have made. */
  excludeAuthor?: Pick<DemandOtherOptions, 'findEmail'>;
}

const position = listCursor(
  'runs',
  z.tuple([z.iso.datetime(), z.string().max(64)]),
);

/** What can be done with runs, and read of them. Who may do it is for the caller to ask. */
export class RunService {
  private readonly logs: LogReader;

  constructor(private readonly options: RunServiceOptions) {
    this.logs = new LogReader({
      db: options.db,
      store: options.artifactStore,
      signal: options.engine.logSignal,
    });
  }

  /** Queues a run. */
  async start(input: StartRunInput): Promise<RunSummary> {
    const { db, engine, quota } = this.options;
    await quota?.demandRoom(input.pipelineRef);
    const { run, created } = await insertRun(db, {
      ...input,
      ...this.whatToRun(input),
      at: now(),
    });
    if (created) {
      engine.changed(run);
      engine.wakePreparation();
    }
    const [summary] = await this.summarize([{ ...run, version: null }]);
    return summary;
  }

  /** The run that was started under an idempotency key. */
  async findStarted(
    pipelineRef: string,
    idempotencyKey: string,
  ): Promise<RunSummary | undefined> {
    const { db } = this.options;
    const run = await findRunByKey(db, { pipelineRef, idempotencyKey });
    const rows = run ? await listRunsById(db, { runIds: [run.id] }) : [];
    return (await this.summarize(rows)).at(0);
  }

  /** Rejects with `NotFoundError`. */
  async get(runId: string): Promise<Run> {
    const { db, engine, stageResults } = this.options;
    const run = await findRun(db, { runId });
    const runIds = [runId];
    const [
      stages,
      attempts,
      history,
      people,
      approvals,
      results,
      promotion,
      builds,
      unreported,
      uncommented,
    ] = await Promise.all([
      listStages(db, { runIds, withInstances: true }),
      listAttempts(db, { runId }),
      listHistory(db, { runId }),
      this.listDecisionsAndWaits(runIds),
      listApprovals(db, { runId }),
      stageResults(runId),
      findPromotion(db, { runId }),
      this.listBuilds([run]),
      findStatusProblem(db, 'commit_statuses', runId),
      findStatusProblem(db, 'comment_statuses', runId),
    ]);
    const decisions = people.decisions.get(runId) ?? [];
    const queued = attempts.filter(({ status }) => status === 'queued');
    const waiting = await explainAttempts(db, engine, queued.map(toQueued));
    const waitingFor = new Map(waiting.map(own => [own.id, own.reason]));
    const source = toRunSource(run, stages, error =>
      this.options.logger?.error(
        `The definition of run ${run.id} cannot be read: ${describeError(
          error,
        )}`,
      ),
    );
    const byStage = groupBy(attempts, attempt => attempt.stage_id);
    const executionOf = (row: StageRow): StageExecution => {
      const result = results.get(stageKey(row.name, row.instance));
      const own = byStage.get(row.id) ?? [];
      return {
        ...toStageExecution(row, own, source.definition, {
          approvals,
          decisions,
        }),
        waitingFor: explainStage(row, own, waitingFor),
        gates: result?.gates ?? [],
        artifacts: result?.artifacts ?? [],
        reports: result?.reports ?? [],
      };
    };
    return {
      ...toRunSummary(run, stages, {
        decisions,
        waits: people.waits.get(runId) ?? [],
        ci: builds.get(runId),
      }),
      ...source,
      ...(run.untrusted_reason !== null && {
        untrustedReason: readReason(run.untrusted_reason),
      }),
      ...(promotion && { promotion }),
      ...(unreported && {
        commitStatusProblem: readReason(unreported.problem),
      }),
      ...(uncommented && {
        commentProblem: readReason(uncommented.problem),
      }),
      history: history.map(toHistoryEntry),
      stages: stages
        .filter(({ instance }) => instance === null)
        .map(row => ({
          ...toRunStage(row, source.definition),
          ...executionOf(row),
          ...toInstances(row, stages, source.definition, {
            executionOf,
            results,
          }),
          ...reportedOf(results.get(row.name)),
        })),
    };
  }

  /** Newest first. */
  async list(query: ListRunsQuery): Promise<Page<RunSummary>> {
    const { cursor, limit, ...filter } = query;
    const rows = await listRuns(this.options.db, {
      ...filter,
      ...(cursor !== undefined && {
        after: position.decode(cursor),
      }),
      limit: limit + 1,
    });
    const page = rows.slice(0, limit);
    const last = page[page.length - 1];
    return {
      items: await this.summarize(page),
      ...(rows.length > limit &&
        last && { nextCursor: position.encode([last.created_at, last.id]) }),
    };
  }

  /** The latest run of each pipeline that has one. */
  async latest(pipelineRefs: string[]): Promise<Map<string, RunSummary>> {
    const rows = await listLatestRuns(this.options.db, { pipelineRefs });
    const summaries = await this.summarize(rows);
    return new Map(summaries.map(run => [run.pipelineRef, run]));
  }

  /** The last ten runs of each pipeline that has any, oldest first. */
  async recent(
    pipelineRefs: string[],
  ): Promise<Map<string, PipelineSummary['recentRuns']>> {
    const rows = await listRecentRuns(this.options.db, {
      pipelineRefs,
      count: RECENT_RUNS,
    });
    const recent = new Map<string, PipelineSummary['recentRuns']>();
    for (const { pipeline_ref: ref, id, number, status } of rows) {
      recent.set(ref, [...(recent.get(ref) ?? []), { id, number, status }]);
    }
    return recent;
  }

  /** Rejects with a `ConflictError` if the run has ended. */
  async cancel(runId: string, by: string): Promise<Run> {
    const { db, engine } = this.options;
    const { context } = engine;
    engine.advanced(await cancelRun(db, { runId, by, context, at: now() }));
    engine.wakeCancel();
    return await this.get(runId);
  }

  /** Cancels what goes on of a pull request: a newer commit, or its end, makes it pointless. */
  async cancelPullRequest(
    args: { pipelineRef: string; number: number; exceptRun?: string },
    by: string,
  ): Promise<void> {
    for (const id of await listOpenRunsOfPullRequest(this.options.db, args)) {
      // It may end by itself meanwhile.
      await this.cancel(id, by).catch(error => {
        if (!ConflictError.is(error)) {
          throw error;
        }
      });
    }
  }

  /** Rejects with a `ConflictError` unless the run has failed, errored or was cancelled. */
  async retry(
    runId: string,
    options: { from?: string; by: string },
  ): Promise<Run> {
    const { db, engine } = this.options;
    const { context } = engine;
    engine.advanced(
      await retryRun(db, { runId, ...options, context, at: now() }),
    );
    engine.wakePreparation();
    return await this.get(runId);
  }

  /** Rejects with a `ConflictError` that names the state of a stage at which nothing waits. */
  async decide(
    runId: string,
    stage: string,
    input: {
      decision: 'continue' | 'stop';
      by: string;
      reason: string;
      /** Digest of what the person has looked at. */
      evidence?: string;
    },
  ): Promise<Run> {
    const { db, engine, source, excludeAuthor } = this.options;
    const { context } = engine;
    if (excludeAuthor) {
      const { by } = input;
      await demandOther({ db, source, ...excludeAuthor }, { runId, by });
    }
    const decided = { runId, stage, ...input, context, at: now() };
    engine.advanced(await decideStage(db, decided));
    return await this.get(runId);
  }

  /** Ends an attempt that nobody can end otherwise. Rejects with a `ConflictError` if it has ended. */
  async declareLost(
    attemptId: string,
    options: { by: string; reason: string },
  ): Promise<Run> {
    const { db, engine } = this.options;
    const { attempt, advanced } = await declareAttemptLost(db, {
      attemptId,
      by: options.by,
      reason: reason('attempt.declaredLost', options),
      context: engine.context,
      at: now(),
    });
    engine.lost(attempt, advanced);
    return await this.get(attempt.run_id);
  }

  /** Has an attempt end without its results. Rejects with a `ConflictError` unless they are being collected. */
  async giveUp(
    runId: string,
    attemptId: string,
    options: { by: string; reason: string },
  ): Promise<Run> {
    const { db, engine } = this.options;
    await requestGiveUp(db, { attemptId, ...options, at: now() });
    engine.wakeCancel();
    return await this.get(runId);
  }

  /** A part of a stage's log by byte offset; a negative one counts from the end. */
  async readLog(
    runId: string,
    stage: string,
    options: { attempt?: number; offset?: number; limit?: number },
  ): Promise<LogSlice> {
    const { attempt, ...range } = options;
    return await this.logs.read({ runId, stage, attempt }, range);
  }

  /** When the bytes of a stage's log came. */
  async readLogTimes(
    runId: string,
    stage: string,
    options: { attempt?: number },
  ): Promise<LogTime[]> {
    return await this.logs.readTimes({ runId, stage, ...options });
  }

  /** The whole log as it is now. */
  async openLog(
    runId: string,
    stage: string,
    options: { attempt?: number },
  ): Promise<Readable> {
    return await this.logs.open({ runId, stage, ...options });
  }

  /** The log of an attempt as it is written, until it has ended and everything was read. */
  followLog(
    runId: string,
    stage: string,
    options: { attempt?: number; offset?: number; signal: AbortSignal },
  ): AsyncIterable<{ offset: number; data: Buffer }> {
    const { attempt, ...rest } = options;
    return this.logs.follow({ runId, stage, attempt }, rest);
  }

  /** What waits for a node, in order, with the reason. */
  async queue(query: {
    cursor?: string;
    limit: number;
  }): Promise<Page<QueueEntry>> {
    const { db, engine } = this.options;
    return await pageQueue(db, engine, query);
  }

  /** Where the run belongs, as far as that is known before the source is read. */
  private whatToRun({ sourceUrl, ref, tag, commit, ...own }: StartRunInput) {
    if (commit !== undefined && !isCommit(commit)) {
      throw withReason(InputError, reason('error.notACommit', { commit }));
    }
    const other = tag ?? own.pullRequest?.sourceBranch;
    if (other !== undefined) {
      return { requestedRef: other, commit };
    }
    if (ref !== undefined && isCommit(ref)) {
      return { requestedRef: ref, commit: commit ?? ref };
    }
    // A commit alone may lie on any branch.
    const branch =
      ref ??
      (commit === undefined
        ? this.options.source.findDefaultBranch(sourceUrl)
        : undefined);
    return { requestedRef: ref ?? commit, branch, commit };
  }

  private async summarize(rows: RunListRow[]): Promise<RunSummary[]> {
    if (rows.length === 0) {
      return [];
    }
    const runIds = rows.map(({ id }) => id);
    const [all, { decisions, waits }, builds] = await Promise.all([
      listStages(this.options.db, { runIds, withInstances: false }),
      this.listDecisionsAndWaits(runIds),
      this.listBuilds(rows),
    ]);
    const stages = groupBy(all, stage => stage.run_id);
    return rows.map(row =>
      toRunSummary(row, stages.get(row.id) ?? [], {
        decisions: decisions.get(row.id) ?? [],
        waits: waits.get(row.id) ?? [],
        ci: builds.get(row.id),
      }),
    );
  }

  /** The builds of other CIs behind those runs that have one. */
  private async listBuilds(rows: RunStateRow[]) {
    const runIds = rows.filter(isExternal).map(({ id }) => id);
    return runIds.length > 0
      ? await listBuilds(this.options.db, { runIds })
      : new Map<string, ExternalCi>();
  }

  /** What people decided, and when runs waited for them, by run. */
  private async listDecisionsAndWaits(runIds: string[]) {
    const { db } = this.options;
    const [decisions, waits] = await Promise.all([
      listDecisions(db, { runIds }),
      listWaits(db, { runIds }),
    ]);
    return {
      decisions: groupBy(decisions, ({ run_id: id }) => id),
      waits: groupBy(waits, ({ run_id: id }) => id),
    };
  }
}

function reportedOf(
  results: StageResultsOf | undefined,
): Pick<RunStage, 'metrics'> {
  return results && results.reported.length > 0
    ? { metrics: results.reported }
    : {};
}

function explainStage(
  stage: StageRow,
  attempts: AttemptRow[],
  waitingFor: ReadonlyMap<string, Reason>,
): Reason | undefined {
  const queued = attempts.find(({ status }) => status === 'queued');
  return stage.status === 'queued' && queued
    ? waitingFor.get(queued.id)
    : undefined;
}

function groupBy<T>(items: T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) {
      group.push(item);
    } else {
      groups.set(key(item), [item]);
    }
  }
  return groups;
}

function now(): string {
  return new Date().toISOString();
}
