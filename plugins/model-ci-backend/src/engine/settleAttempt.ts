import {
  reason,
  reasons,
  toReason,
  type BuiltImage,
  type RanImage,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  isResultsLost,
  untilAborted,
  type ArtifactStore,
  type Handle,
  type Outcome,
  type ResultsLostError,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { AttemptEnd } from '../database/operations/attempts/finishAttempts';
import type { CollectedCache } from '../database/operations/caches/types';
import { TicketLostError } from '../database/operations/ticket';
import { describeError } from '../describeError';
import { collectResults } from '../evaluations/collectResults';
import { planForInstance } from '../gates/planForInstance';
import type { StageInputs } from '../gates/stageInputs';
import type { Delivered } from '../evaluations/delivered';
import type { FindUpload } from '../evaluations/openCollected';
import type { StageResults } from '../database/operations/results/types';
import type { Masks } from '../masking/Masks';
import type { AttemptWrites } from './AttemptWrites';
import type { AttemptLease } from './AttemptLease';
import { collectCaches, type AttemptCache, type KeptCaches } from './caches';
import { readBuilt } from './builtImages';
import { maskEnd, maskOutcome } from './maskSaid';
import { judgeOutcome } from './outcome';
import { delayAfter } from './retry';
import type { LoadedAttempt } from './loadAttempt';
import type { EngineAnalyses, EngineConfig } from './types';

export type Exited = Extract<Outcome, { type: 'exited' }>;

/** Why nobody waits for the results of an attempt any more. */
export type GiveUp =
  | { type: 'cancelled' }
  | { type: 'given-up'; by: string; reason: string };

export interface SettleOptions {
  lease: AttemptLease;
  loaded: LoadedAttempt;
  /** Absent where it never came that far. */
  handle?: Handle;
  /** What it ran in, if that is known. */
  image?: RanImage;
  /** What it has built. */
  builtImage?: BuiltImage;
  /** What it leaves for later runs. */
  caches?: CollectedCache[];
  store: ArtifactStore;
  analyses: Pick<EngineAnalyses, 'judge' | 'measureSlices'>;
  /** What the workspace was made of. */
  delivered: Delivered;
  findUpload: FindUpload;
  /** What a stage predicts from. */
  findInputs(of: {
    runId: string;
    stage: string;
  }): Promise<StageInputs | undefined>;
  config: EngineConfig;
  writes: AttemptWrites;
  /** Of the secrets that it was given. */
  masks: Masks;
  /** Resolves when nothing else is being written for the attempt. */
  beforeStore(): Promise<void>;
}

export interface SettleExitedOptions extends SettleOptions {
  handle: Handle;
  /** When it ended, as far as this process knows. */
  endedAt: string;
  /** What later runs may have kept by now. */
  listCaches(): Promise<AttemptCache[]>;
  /** Aborts with a `GiveUp` as its reason. */
  givenUp: AbortSignal;
  /** Copies what is left of the log. */
  completeLog(): Promise<void>;
  /** The last words of the log that was copied. */
  readLogEnd(): Promise<string>;
  /** Called when its results cannot be collected for now; it holds nothing of its node from then on. */
  onCollecting(): void;
}

/**
 * Stores what an attempt that exited has left, and ends it by that. Its workspace stays until everything is stored,
 * however long that takes: only a person can give it up. It is never run again because of the store, only where its
 * executor says that what it left is gone for good.
 */
export async function settleExited(
  options: SettleExitedOptions,
  outcome: Exited,
): Promise<void> {
  const { config, lease, loaded, givenUp } = options;
  for (let failures = 0; ; ) {
    try {
      givenUp.throwIfAborted();
      await untilAborted(options.completeLog(), givenUp);
      const collected = await untilAborted(collect(options, outcome), givenUp);
      const built = await untilAborted(
        readBuilt(options, outcome.exitCode),
        givenUp,
      );
      const logEnd =
        outcome.exitCode === 0 ? undefined : await options.readLogEnd();
      const end = judgeOutcome(outcome, loaded.stage, config, {
        failure: collected.failure,
        logEnd,
        ...(built.failure && { buildFailure: built.failure }),
      });
      if (end.status !== 'succeeded') {
        await settleAttempt(options, end, collected);
        return;
      }
      const kept = await untilAborted(keepCaches(options), givenUp);
      await settleAttempt(
        {
          ...options,
          ...(built.image && { builtImage: built.image }),
          caches: kept.caches,
        },
        kept.problems.length > 0 && collected.question === undefined
          ? { ...end, reason: reasons(kept.problems) }
          : end,
        collected,
      );
      return;
    } catch (error) {
      lease.signal.throwIfAborted();
      if (error instanceof TicketLostError) {
        throw error;
      }
      if (givenUp.aborted) {
        await settleAttempt(options, endOfGivenUp(options, outcome));
        return;
      }
      if (isResultsLost(error)) {
        await settleAttempt(options, endOfLost(options, outcome, error));
        return;
      }
      failures++;
      await noteCollecting(options, outcome, failures, error);
      await lease.pauseAfter(failures, 'collected', error, {
        signal: givenUp,
        maxDelayMs: config.collectRetryMaxMs,
      });
    }
  }
}

async function keepCaches(options: SettleExitedOptions): Promise<KeptCaches> {
  const { loaded, handle, store, findUpload } = options;
  const { maxArtifactBytes } = options.config;
  return loaded.stage.cache
    ? await collectCaches({
        caches: await options.listCaches(),
        ...{ loaded, handle, store, findUpload, maxArtifactBytes },
      })
    : { caches: [], problems: [] };
}

/** A run that goes on without the results would be wrong, so nothing follows by itself. */
function endOfGivenUp(
  { givenUp, config, loaded }: SettleExitedOptions,
  outcome: Exited,
): AttemptEnd {
  const giveUp: GiveUp = givenUp.reason;
  if (giveUp.type === 'cancelled') {
    return {
      outcome,
      status: 'cancelled',
      reason: reason('attempt.cancelledWhileCollecting'),
    };
  }
  const { by } = giveUp;
  const why = reason('attempt.givenUp', { by, reason: giveUp.reason });
  return outcome.exitCode === 0
    ? { outcome, status: 'errored', reason: why, by, final: true }
    : {
        ...judgeOutcome(outcome, loaded.stage, config, { failure: why }),
        by,
      };
}

/** It is as if it had been lost while it ran; but a command that has failed has failed whatever it left. */
function endOfLost(
  { config, loaded }: SettleExitedOptions,
  outcome: Exited,
  lost: ResultsLostError,
): AttemptEnd {
  const why = reason('attempt.resultsLost', { why: toReason(lost.reason) });
  return outcome.exitCode === 0
    ? judgeOutcome({ type: 'lost', reason: why }, loaded.stage, config)
    : judgeOutcome(outcome, loaded.stage, config, { failure: why });
}

/** Shows why and until when it waits; that this cannot be stored either is no reason to end. */
async function noteCollecting(
  options: SettleExitedOptions,
  outcome: Exited,
  failures: number,
  error: unknown,
): Promise<void> {
  const { lease, handle, config, writes, masks } = options;
  options.onCollecting();
  await options.beforeStore();
  const delayMs = delayAfter(
    failures,
    config.retryDelayMs,
    config.collectRetryMaxMs,
  );
  try {
    await writes.storePhase({
      attemptId: lease.attemptId,
      ticket: lease.ticket,
      handle,
      phase: {
        type: 'collecting',
        reason: masks.reason(
          reason('attempt.collecting', { error: describeError(error) }),
        ),
        since: options.endedAt,
        nextTryAt: new Date(lease.now() + delayMs).toISOString(),
        outcome: maskOutcome(outcome, masks),
      },
    });
  } catch (failure) {
    if (failure instanceof TicketLostError) {
      throw failure;
    }
    lease.warn(
      `The phase of attempt ${lease.attemptId} was not stored`,
      failure,
    );
  }
}

async function collect(
  options: SettleExitedOptions,
  outcome: Exited,
): Promise<StageResults> {
  const { lease, handle, loaded, analyses } = options;
  const { attempt, stage, executor, datasets, pipelineRef } = loaded;
  return await collectResults({
    run: { id: lease.runId, pipelineRef },
    stage: { name: attempt.stage_name, definition: stage },
    ...(loaded.folder !== undefined && { folder: loaded.folder }),
    attemptId: lease.attemptId,
    executor,
    handle,
    store: options.store,
    analyses,
    datasets,
    gatePlan: planForInstance(loaded.gatePlans.get(attempt.stage_name), {
      instance: attempt.instance ?? undefined,
      environment: loaded.environment,
    }),
    commandSucceeded: outcome.exitCode === 0,
    delivered: options.delivered,
    maxArtifactBytes: options.config.maxArtifactBytes,
    findUpload: options.findUpload,
    masks: options.masks,
    findInputs: () => findInputs(options),
  });
}

/** What it was given, in what it ran. */
async function findInputs({
  lease,
  loaded,
  image,
  ...options
}: SettleExitedOptions): Promise<StageInputs | undefined> {
  const inputs = await options.findInputs({
    runId: lease.runId,
    stage: loaded.attempt.stage_name,
  });
  return inputs && { ...inputs, image: image?.id };
}

/** Stores an end in one transaction, with what the attempt has produced. */
export async function settleAttempt(
  options: SettleOptions,
  end: AttemptEnd,
  collected?: StageResults,
): Promise<void> {
  const { lease, loaded, handle, image, builtImage, writes, masks } = options;
  await options.beforeStore();
  lease.signal.throwIfAborted();
  const { attempt, stage } = loaded;
  const { attemptId, runId, ticket } = lease;
  await writes.finishAttempt({
    attemptId,
    runId,
    ticket,
    stage,
    end: maskEnd(end, masks),
    ...(handle && { handle }),
    ...(image && { image }),
    ...(builtImage && { builtImage }),
    ...(collected && {
      produced: {
        stageName: attempt.stage_name,
        ...(attempt.instance !== null && { instance: attempt.instance }),
        ...(loaded.environment !== undefined && {
          environment: loaded.environment,
        }),
        results: collected,
        ...(options.caches && { caches: options.caches }),
      },
    }),
  });
}
