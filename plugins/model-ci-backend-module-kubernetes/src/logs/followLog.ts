import { setTimeout as delay } from 'node:timers/promises';
import {
  abortError,
  type LogChunk,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { Cluster } from '../cluster/Cluster';
import { SIDECAR } from '../pods/podSchema';
import { READ_LOG } from '../pods/scripts';
import { Frames, type Frame } from './frames';

/** Bytes of one connection. */
const MOST_BYTES = 64 * 1024 * 1024;
const MAX_PAUSE_MS = 5_000;

const CUT =
  '\n[model-ci] The log ends here: the disk of the pod was full, and what followed is lost.\n';

export interface FollowOptions {
  cluster: Pick<Cluster, 'exec'>;
  pod: string;
  offset: number;
  maxBytes: number;
  /** Waits until the sidecar runs; false when it never will, or not any more. */
  awaitSidecar(): Promise<boolean>;
  onLimit(): Promise<void>;
  signal: AbortSignal;
}

/**
 * The log of an attempt from an offset on, as it is written, read from the sidecar's file. A connection that breaks is
 * made anew from the next byte; only the sidecar's own word ends the log. One that a full disk has cut says so in its end.
 */
export async function* followLog(
  options: FollowOptions,
): AsyncGenerator<LogChunk, void> {
  const { signal } = options;
  let { offset } = options;
  for (let failures = 0; await options.awaitSidecar(); ) {
    try {
      for await (const frame of readOnce(options, offset)) {
        if (frame === 'ended') {
          return;
        }
        if (frame === 'over') {
          await options.onLimit();
          return;
        }
        if (Buffer.isBuffer(frame)) {
          failures = 0;
          yield { offset, data: frame };
          offset += frame.length;
        } else if (frame !== 'more') {
          const data = wordsOfCut(frame.cutAt, options.maxBytes, offset);
          if (data.length > 0) {
            yield { offset, data };
          }
          return;
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

/** What stands in the log from an offset on instead of what a full disk has lost. */
function wordsOfCut(cutAt: number, maxBytes: number, offset: number): Buffer {
  const most = Math.max(0, maxBytes - cutAt);
  const shown = Buffer.from(CUT).subarray(0, most);
  return shown.subarray(Math.min(shown.length, Math.max(0, offset - cutAt)));
}

/** What one connection gives, up to the word that ends it. */
async function* readOnce(
  { cluster, pod, maxBytes, signal }: FollowOptions,
  offset: number,
): AsyncGenerator<Frame, void> {
  const numbers = [offset, maxBytes, MOST_BYTES].map(String);
  const output = cluster.exec({
    pod,
    container: SIDECAR,
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
