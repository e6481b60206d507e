import type { Knex } from 'knex';
import type { RanImage } from '@model-ci/backstage-plugin-model-ci-common';
import type {
  Handle,
  Outcome,
  Phase,
} from '@model-ci/backstage-plugin-model-ci-node';
import {
  findClaimedAttempt,
  type ClaimedAttemptRow,
} from '../database/operations/attempts/findClaimedAttempt';
import { copyLog, type LogPosition } from '../logs/copyLog';
import type { LogPiece } from '../logs/LogWriter';
import type { Masks } from '../masking/Masks';
import { copyAttemptLog } from './copyAttemptLog';
import type { AttemptLease } from './AttemptLease';
import { readExit } from './phases';
import { readImage } from './readImage';
import type { LoadedAttempt } from './loadAttempt';
import type { EngineConfig } from './types';

export interface FollowAttemptOptions {
  db: Knex;
  config: EngineConfig;
  lease: AttemptLease;
  loaded: LoadedAttempt;
  handle: Handle;
  onPhase(phase: Phase): void;
  /** Stores bytes of the log. */
  append(piece: LogPiece): Promise<void>;
  /** What nobody may see in it. */
  masks: Masks;
  /** Called when the attempt has written more than it may. */
  onLogLimit(): void;
}

export interface Followed {
  outcome: Outcome;
  /** What it ran in, if that can be known. */
  image?: RanImage;
  /** Copies what is missing of the log. */
  completeLog(): Promise<void>;
}

/** Waits for the outcome while the log is copied; one that exited before is not asked again. */
export async function followAttempt(
  options: FollowAttemptOptions,
): Promise<Followed> {
  // Asked while it runs, so that its end does not wait for the answer.
  const asked = readImage(options);
  const before = readExit(options.loaded.attempt);
  if (before) {
    return {
      outcome: before,
      image: await asked,
      completeLog: () => copyRest(options),
    };
  }
  const observed = observe(options);
  const [outcome, logFailure] = await Promise.all([
    observed,
    copyWhile(observed, options),
  ]);
  return {
    outcome,
    image: await asked,
    completeLog: async () => {
      if (logFailure !== undefined) {
        await copyRest(options);
      }
    },
  };
}

/** Whatever goes wrong while waiting is no end: only an outcome is. */
async function observe({
  lease,
  loaded: { executor },
  handle,
  onPhase,
}: FollowAttemptOptions): Promise<Outcome> {
  for (let failures = 0; ; ) {
    try {
      return await executor.observe(handle, lease.signal, onPhase);
    } catch (error) {
      lease.signal.throwIfAborted();
      await lease.pauseAfter(++failures, 'observed', error);
    }
  }
}

/** Answers why the log is not complete, if it is not. */
async function copyWhile(
  observed: Promise<Outcome>,
  options: FollowAttemptOptions,
): Promise<string | undefined> {
  const { config, lease, loaded, handle } = options;
  try {
    return await copyAttemptLog({
      config,
      start: positionOf(loaded.attempt),
      masks: options.masks,
      open: (offset, signal) =>
        loaded.executor.readLogs(handle, offset, signal),
      append: options.append,
      onLimit: options.onLogLimit,
      pauseAfter: (failures, error) =>
        lease.pauseAfter(failures, 'read', error),
      observed,
      signal: lease.signal,
    });
  } catch (error) {
    // Nothing may go on waiting for an attempt whose log cannot be kept.
    lease.release();
    throw error;
  }
}

/** Copies the log of an attempt that has ended, from the last stored byte on. */
async function copyRest(options: FollowAttemptOptions): Promise<void> {
  const { db, config, lease, loaded, handle } = options;
  await copyLog({
    start: positionOf(await findClaimedAttempt(db, lease)),
    masks: options.masks,
    maxBytes: config.maxLogBytes,
    open: (offset, signal) => loaded.executor.readLogs(handle, offset, signal),
    append: options.append,
    signal: lease.signal,
  });
}

function positionOf({
  log_size: stored,
  log_source: source,
}: ClaimedAttemptRow): LogPosition {
  return { stored: Number(stored), source: Number(source ?? stored) };
}
