import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type {
  GpuReading,
  Handle,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { StoredUsage } from '../database/operations/gpus/usageSchema';
import { TicketLostError } from '../database/operations/ticket';
import { addReading } from '../gpus/addReading';
import { withinTime } from '../withinTime';
import type { AttemptLease } from './AttemptLease';
import type { LoadedAttempt } from './loadAttempt';

/** So many readings are stored at a time, with the first and the last one: charts grow in half minutes. */
const STORE_EVERY = 6;
/** A driver that hangs does not keep an attempt from ending. */
const LAST_READING_MS = 2_000;

export interface FollowGpusOptions {
  lease: AttemptLease;
  loaded: LoadedAttempt;
  handle: Handle;
  /** Milliseconds between two readings. */
  intervalMs: number;
  /** Milliseconds since 1970. */
  now(): number;
  /** What a predecessor has stored, by device. */
  load(): Promise<Map<string, StoredUsage>>;
  store(usages: ReadonlyMap<string, StoredUsage>): Promise<void>;
  /** Aborts when the attempt has ended. */
  signal: AbortSignal;
}

/**
 * Reads again and again what the GPUs of a running attempt do, and stores it. Nothing that goes wrong here is a reason for
 * the attempt to fail. Resolves soon after the signal aborts, with a last reading stored.
 */
export async function followGpus(options: FollowGpusOptions): Promise<void> {
  const { lease, loaded, handle, intervalMs, signal } = options;
  const { executor, attempt } = loaded;
  const read = executor.gpuReadings?.bind(executor);
  if (!read || attempt.gpus === 0) {
    return;
  }
  let usages: Map<string, StoredUsage> | undefined;
  let hasWarned = false;
  for (let count = 0; ; count++) {
    let isLast = signal.aborted;
    try {
      usages ??= await options.load();
      const readings = await soonAfter(signal, read(handle));
      // What hangs now would hang once more.
      isLast ||= readings === undefined;
      note(usages, readings ?? [], options.now());
      if ((count % STORE_EVERY === 0 || isLast) && !lease.signal.aborted) {
        await options.store(usages);
      }
    } catch (error) {
      if (error instanceof TicketLostError) {
        return;
      }
      if (!hasWarned && !isLast) {
        hasWarned = true;
        lease.warn(
          `The GPUs of attempt ${lease.attemptId} cannot be read`,
          error,
        );
      }
    }
    if (isLast || lease.signal.aborted) {
      return;
    }
    // The end wakes it for a last reading.
    await delay(intervalMs, undefined, { signal, ref: false }).catch(() => {});
  }
}

/** Waits for a reading as long as the attempt runs and a moment longer; undefined if it is not there by then. */
async function soonAfter<T>(
  ended: AbortSignal,
  reading: Promise<T>,
): Promise<T | undefined> {
  const read = new AbortController();
  const over = ended.aborted
    ? undefined
    : once(ended, 'abort', { signal: read.signal }).catch(() => {});
  try {
    await Promise.race([reading, over]);
    return await withinTime(reading, LAST_READING_MS);
  } finally {
    read.abort();
  }
}

function note(
  usages: Map<string, StoredUsage>,
  readings: GpuReading[],
  now: number,
): void {
  for (const reading of readings) {
    usages.set(reading.id, addReading(usages.get(reading.id), reading, now));
  }
}
