import { setTimeout as delay } from 'node:timers/promises';
import {
  abortError,
  type LogChunk,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { Cluster } from '../cluster/Cluster';
import { HELPER_NAME } from '../pods/podSchema';
import { READ_LOG } from '../pods/scripts';
import { Frames, type Frame } from './frames';

/** Bytes of one connection. */
const MOST_BYTES = 64 * 1024 * 1024;
const MAX_PAUSE_MS = 5_000;

export interface FollowOptions {
  cluster: Pick<Cluster, 'exec'>;
  pod: string;
  offset: number;
  maxBytes: number;
  /** Waits until the helper runs; false when it never will, or not any more. */
  awaitHelper(): Promise<boolean>;
  onLimit(): Promise<void>;
  signal: AbortSignal;
}

/**
 * The log of an attempt from an offset on, as it is written, read from the helper's file. A connection that breaks is
 * made anew from the next byte; only the helper's own word ends the log.
 */
export async function* followLog(
  options: FollowOptions,
): AsyncGenerator<LogChunk, void> {
  const { signal } = options;
  let { offset } = options;
  for (let failures = 0; await options.awaitHelper(); ) {
    try {
      for await (const frame of readOnce(options, offset)) {
        if (frame === 'ended') {
          return;
        }
        if (frame === 'over') {
          await options.onLimit();
          return;
        }
        if (frame !== 'more') {
          failures = 0;
          yield { offset, data: frame };
          offset += frame.length;
        }
      }
    } catch (error) {
      if (signal.aborted) {
        throw abortError(signal);
      }
      failures++;
      const pause = Math.min(100 * 2 ** failures, MAX_PAUSE_MS);
      await delay(pause * (0.5 + Math.random() / 2), undefined, {
        signal,
      }).catch(() => {});
    }
  }
}

/** What one connection gives, up to the word that ends it. */
async function* readOnce(
  { cluster, pod, maxBytes, signal }: FollowOptions,
  offset: number,
): AsyncGenerator<Frame, void> {
  const numbers = [offset, maxBytes, MOST_BYTES].map(String);
  const output = cluster.exec({
    pod,
    container: HELPER_NAME,
    command: ['sh', '-c', READ_LOG, 'model-ci', ...numbers],
    signal,
  });
  const frames = new Frames();
  for await (const chunk of output) {
    for (const frame of frames.push(chunk)) {
      yield frame;
      if (!Buffer.isBuffer(frame)) {
        return;
      }
    }
  }
  throw new Error('The log broke off');
}
