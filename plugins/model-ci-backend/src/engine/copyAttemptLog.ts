import type {
  LogChunk,
  Outcome,
} from '@model-ci/backstage-plugin-model-ci-node';
import { TicketLostError } from '../database/operations/ticket';
import { copyLog, type LogPosition } from '../logs/copyLog';
import type { LogPiece } from '../logs/LogWriter';
import type { Masks } from '../masking/Masks';
import { messageOf } from './retry';
import type { EngineConfig } from './types';

export interface CopyAttemptLogOptions {
  config: EngineConfig;
  /** What is copied already. */
  start: LogPosition;
  masks: Masks;
  open(offset: number, signal: AbortSignal): AsyncIterable<LogChunk>;
  /** Stores the bytes that follow those stored before. */
  append(piece: LogPiece): Promise<void>;
  /** Called when the attempt has written more than it may. */
  onLimit(): void;
  pauseAfter(failures: number, error: unknown): Promise<void>;
  /** How the attempt ends, once it has. */
  observed: Promise<Outcome>;
  signal: AbortSignal;
}

/**
 * Copies the log of an attempt to its end, and begins again behind the last stored byte whenever reading breaks
 * off. While the attempt runs there is no giving up; afterwards it answers why the log is not complete.
 */
export async function copyAttemptLog(
  options: CopyAttemptLogOptions,
): Promise<string | undefined> {
  const { config, observed } = options;
  const giveUp = new AbortController();
  const signal = AbortSignal.any([options.signal, giveUp.signal]);
  let outcome: Outcome | undefined;
  observed.then(
    end => {
      outcome = end;
      if (end.type === 'lost') {
        // There may be nobody left who ends the log.
        setTimeout(() => giveUp.abort(), config.pollIntervalMs).unref();
      }
    },
    // The attempt is let go of; a follower of its log must not hold on to it alone.
    () => giveUp.abort(),
  );
  const progress = { position: options.start, failures: 0 };
  const append = async (piece: LogPiece) => {
    await options.append(piece);
    const { start, data, source } = piece;
    progress.position = { stored: start + data.length, source };
    progress.failures = 0;
  };
  for (;;) {
    try {
      const end = await copyLog({
        start: progress.position,
        masks: options.masks,
        maxBytes: config.maxLogBytes,
        open: options.open,
        append,
        signal,
      });
      if (end === 'limit') {
        options.onLimit();
      }
      return undefined;
    } catch (error) {
      options.signal.throwIfAborted();
      if (error instanceof TicketLostError) {
        throw error;
      }
      progress.failures++;
      const hopeless =
        signal.aborted || progress.failures > config.executorRetries;
      if (outcome && hopeless) {
        return messageOf(error);
      }
      await options.pauseAfter(progress.failures, error);
    }
  }
}
