import { setTimeout as pause } from 'node:timers/promises';
import { NotFoundError } from '@backstage/errors';
import type {
  Executor,
  Handle,
  LogChunk,
  Outcome,
} from '@model-ci/backstage-plugin-model-ci-node';

const LOG = Buffer.from('all that it says\n');
/** Script of a stage that ends when it is cancelled. */
export const QUIET = 'quiet';

/** Ends what it is given at once, and remembers only what goes on. */
export class QuickExecutor implements Executor {
  readonly name = 'quick';
  readonly #quiet = new Map<string, AbortController>();

  async submit({ attemptId, script }: { attemptId: string; script: string }) {
    if (script.includes(QUIET)) {
      this.#quiet.set(attemptId, new AbortController());
    }
    return { attemptId };
  }

  async observe(handle: Handle, signal: AbortSignal): Promise<Outcome> {
    const quiet = this.#quiet.get(String(handle.attemptId));
    if (!quiet) {
      return { type: 'exited', exitCode: 0 };
    }
    await pause(2 ** 30, undefined, {
      signal: AbortSignal.any([signal, quiet.signal]),
    }).catch(() => signal.throwIfAborted());
    return { type: 'killed', reason: 'cancelled' };
  }

  async *readLogs(
    handle: Handle,
    offset: number,
    signal: AbortSignal,
  ): AsyncGenerator<LogChunk> {
    if (offset < LOG.length) {
      yield { offset, data: LOG.subarray(offset) };
    }
    if (this.#quiet.has(String(handle.attemptId))) {
      await this.observe(handle, signal);
    }
  }

  async collect(_handle: Handle, path: string): Promise<never> {
    throw new NotFoundError(`Nothing is at ${path}`);
  }

  async cancel(handle: Handle) {
    this.#quiet.get(String(handle.attemptId))?.abort();
  }

  async withdraw() {}

  async cleanup(handle: Handle) {
    this.#quiet.delete(String(handle.attemptId));
  }

  async inventory() {
    return [
      {
        name: 'quick',
        labels: {},
        capacity: { cpus: 64, memoryBytes: 2 ** 40, gpus: 0 },
        health: 'healthy' as const,
      },
    ];
  }
}
