import { setTimeout as delay } from 'node:timers/promises';
import type { Handle } from '@model-ci/backstage-plugin-model-ci-node';
import type { CollectedCurve } from '../database/operations/results/types';
import { TicketLostError } from '../database/operations/ticket';
import { SeriesWatch } from '../evaluations/SeriesWatch';
import type { AttemptLease } from './AttemptLease';
import type { LoadedAttempt } from './loadAttempt';

/** Not configurable: one look that takes longer is given up; curves are a comfort, and engines have other work. */
const LOOK_MS = 10_000;
/** How many times as long as a look took it is waited for the next one, so that looking takes 5 % of the time at most. */
const REST = 19;

export interface FollowSeriesOptions {
  lease: AttemptLease;
  loaded: LoadedAttempt;
  handle: Handle;
  /** Milliseconds between two looks, at least. */
  intervalMs: number;
  /** Stores the curves of the attempt. */
  store(curves: CollectedCurve[]): Promise<void>;
  /** Aborts when the attempt has ended. */
  signal: AbortSignal;
}

/**
 * Reads the series of a running attempt again and again, and stores its curves. Nothing that goes wrong here is a reason
 * for the attempt to fail; the reports are read as a whole when it has ended. Resolves soon after the signal aborts.
 */
export async function followSeries(
  options: FollowSeriesOptions,
): Promise<void> {
  const { lease, intervalMs, signal } = options;
  const watch = createWatch(options);
  let pauseMs = intervalMs;
  let hasWarned = false;
  while (watch && (await pause(pauseMs, signal))) {
    const start = performance.now();
    try {
      await look(watch, options);
    } catch (error) {
      if (error instanceof TicketLostError) {
        return;
      }
      if (!hasWarned && !signal.aborted) {
        hasWarned = true;
        lease.warn(
          `The series of attempt ${lease.attemptId} cannot be read while it runs`,
          error,
        );
      }
    }
    pauseMs = Math.max(intervalMs, (performance.now() - start) * REST);
  }
}

function createWatch({
  loaded: { stage, executor },
  handle,
}: FollowSeriesOptions): SeriesWatch | undefined {
  const { series } = stage.reports;
  return series !== undefined && executor.peek
    ? new SeriesWatch({
        peek: executor.peek.bind(executor),
        handle,
        paths: [series].flat(),
      })
    : undefined;
}

async function look(
  watch: SeriesWatch,
  { signal, store }: FollowSeriesOptions,
): Promise<void> {
  const curves = await watch.step(
    AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]),
  );
  if (curves && !signal.aborted) {
    await store(curves);
  }
}

/** Answers false where the signal has ended it. */
async function pause(
  milliseconds: number,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await delay(milliseconds, undefined, { signal, ref: false });
    return true;
  } catch {
    return false;
  }
}
