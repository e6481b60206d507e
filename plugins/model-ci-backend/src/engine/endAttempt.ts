import type { Knex } from 'knex';
import type { StageDefinition } from '@model-ci/backstage-plugin-model-ci-common';
import type {
  ArtifactStore,
  Executor,
  Handle,
  Outcome,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { ClaimedAttemptRow } from '../database/operations/attempts/findClaimedAttempt';
import type { AttemptEnd } from '../database/operations/attempts/finishAttempts';
import type { RunContent } from '../database/operations/runs/findRunContent';
import { TicketLostError } from '../database/operations/ticket';
import type { Delivered } from '../evaluations/delivered';
import type { StageResults } from '../evaluations/types';
import type { AttemptWrites } from './AttemptWrites';
import type { Hold } from './Hold';
import { judgeOutcome } from './outcome';
import { messageOf } from './retry';
import type { EngineConfig, StageResultsKeeper } from './types';

/** What the work is about, once its row was read. */
export interface Subject extends RunContent {
  attempt: ClaimedAttemptRow;
  executor: Executor;
  stage: StageDefinition;
}

export interface EndAttemptOptions {
  hold: Hold;
  subject: Subject;
  /** Absent where it never came that far. */
  handle?: Handle;
  store: ArtifactStore;
  results: StageResultsKeeper;
  /** What the workspace was made of. */
  delivered: Delivered;
  config: EngineConfig;
  writes: AttemptWrites;
  /** Resolves when nothing else is being written for the attempt. */
  beforeStore(): Promise<void>;
}

/** Collects what an attempt that exited has produced, and ends it by that. */
export async function endExited(
  options: EndAttemptOptions & { handle: Handle },
  outcome: Extract<Outcome, { type: 'exited' }>,
): Promise<void> {
  const { config, hold, subject } = options;
  for (let failures = 0; ; ) {
    let collected: StageResults;
    try {
      collected = await collect(options, outcome);
    } catch (error) {
      hold.signal.throwIfAborted();
      failures++;
      if (failures > config.executorRetries) {
        await endAttempt(options, {
          outcome,
          status: 'errored',
          reason: `Its results could not be collected: ${messageOf(error)}`,
        });
        return;
      }
      await hold.pauseAfter(failures, 'collected', error);
      continue;
    }
    const { failure } = collected;
    const end = judgeOutcome(outcome, subject.stage, config, failure);
    await endAttempt(options, end, collected);
    return;
  }
}

/** Stores an end. What cannot be stored, however often it is tried, must not keep the run from ending. */
export async function endAttempt(
  options: EndAttemptOptions,
  end: AttemptEnd,
  collected?: StageResults,
): Promise<void> {
  const { config, hold } = options;
  for (let failures = 0; ; ) {
    try {
      await store(options, end, collected);
      return;
    } catch (error) {
      hold.signal.throwIfAborted();
      if (error instanceof TicketLostError || !collected) {
        throw error;
      }
      failures++;
      if (failures > config.executorRetries) {
        await store(options, {
          ...end,
          status: 'errored',
          reason: `Its results could not be stored: ${messageOf(error)}`,
        });
        return;
      }
      await hold.pauseAfter(failures, 'finished', error);
    }
  }
}

async function collect(
  options: EndAttemptOptions & { handle: Handle },
  outcome: Extract<Outcome, { type: 'exited' }>,
): Promise<StageResults> {
  const { hold, handle, results, subject } = options;
  const { attempt, stage, executor, datasets, pipelineRef } = subject;
  return await results.collect({
    run: { id: hold.runId, pipelineRef },
    stage: { name: attempt.stage_name, definition: stage },
    attemptId: hold.attemptId,
    executor,
    handle,
    store: options.store,
    datasets,
    commandSucceeded: outcome.exitCode === 0,
    delivered: options.delivered,
  });
}

async function store(
  options: EndAttemptOptions,
  end: AttemptEnd,
  collected?: StageResults,
): Promise<void> {
  const { hold, subject, handle, results, writes } = options;
  await options.beforeStore();
  hold.signal.throwIfAborted();
  const { attempt, stage, pipelineRef } = subject;
  const { attemptId, runId, ticket } = hold;
  const at = new Date().toISOString();
  await writes.finishAttempt({
    attemptId,
    runId,
    ticket,
    stage,
    end,
    ...(handle && { handle }),
    ...(collected && {
      insertResults: (tx: Knex.Transaction, stageId: string) =>
        results.insert(tx, {
          runId,
          pipelineRef,
          stageId,
          stageName: attempt.stage_name,
          attemptId,
          results: collected,
          at,
        }),
    }),
  });
}
