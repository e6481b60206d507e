import { createRequire } from 'node:module';
import { buffer } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import type { FromThread, ReadRequest, ToThread } from './protocol';

/**
 * What comes to the old generation at once has to fit into what Node.js allows a thread beyond its limit until it ends: it
 * ends the whole process otherwise. Not configurable for that reason.
 */
const MAX_YOUNG_MB = 16;

export interface ThreadOptions {
  /** Calls `serveThread` when it is loaded. */
  file: string;
  role: string;
  /** Read for the thread, which has no access to it. */
  store: Pick<ArtifactStore, 'open'>;
  /** What its JavaScript objects may take. A thread that needs more dies, instead of the process. */
  maxHeapMb: number;
}

export type ThreadOutcome =
  | { type: 'answered'; answer: unknown }
  /** What it was asked to do rejected. */
  | { type: 'failed'; message: string }
  /** The thread ended before it answered. */
  | { type: 'died'; cause: Error }
  /** It took too long, and was ended. */
  | { type: 'late' };

/** A thread with at most one question at a time. Once it has ended it is of no use any more. */
export class PooledThread {
  readonly #worker: Worker;
  readonly #store: ThreadOptions['store'];
  #settle?: (outcome: ThreadOutcome) => void;
  #error?: Error;
  hasEnded = false;

  constructor({ file, role, store, maxHeapMb }: ThreadOptions) {
    this.#store = store;
    this.#worker = new Worker(file, {
      workerData: { role },
      execArgv: execArgvOf(file),
      resourceLimits: {
        maxOldGenerationSizeMb: maxHeapMb,
        maxYoungGenerationSizeMb: MAX_YOUNG_MB,
      },
    });
    this.#worker.on('message', (message: FromThread) => this.#take(message));
    this.#worker.on('error', error => {
      this.#error = error instanceof Error ? error : new Error(String(error));
    });
    this.#worker.on('exit', code => this.#end(code));
    // The process may end while nobody waits for the thread.
    this.#worker.unref();
  }

  /** Never rejects. */
  async ask(
    question: { name: string; input: unknown },
    limitMs: number,
  ): Promise<ThreadOutcome> {
    let timer: NodeJS.Timeout | undefined;
    const settled = new Promise<ThreadOutcome>(resolve => {
      this.#settle = resolve;
      timer = setTimeout(() => resolve({ type: 'late' }), limitMs);
    });
    this.#worker.ref();
    try {
      this.#post({ type: 'ask', ...question });
    } catch (cause) {
      this.#settle?.({ type: 'failed', message: String(cause) });
    }
    const outcome = await settled;
    clearTimeout(timer);
    if (outcome.type === 'late') {
      await this.stop();
    }
    this.#settle = undefined;
    this.#worker.unref();
    return outcome;
  }

  async stop(): Promise<void> {
    this.hasEnded = true;
    await this.#worker.terminate();
  }

  #take(message: FromThread): void {
    switch (message.type) {
      case 'read':
        void this.#read(message);
        break;
      case 'answered':
      case 'failed':
        this.#settle?.(message);
        break;
      default:
    }
  }

  #end(code: number): void {
    this.hasEnded = true;
    const cause = this.#error ?? new Error(`The thread ended with ${code}`);
    this.#settle?.({ type: 'died', cause });
  }

  async #read({ id, digest, start, end }: ReadRequest): Promise<void> {
    try {
      const bytes = new Uint8Array(
        await buffer(await this.#store.open(digest, { start, end })),
      );
      this.#post({ type: 'bytes', id, bytes }, [bytes.buffer]);
    } catch (error) {
      this.#post({ type: 'unread', id, message: String(error) });
    }
  }

  #post(message: ToThread, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}

/** From sources, a thread needs what lets the process read TypeScript; the built package is plain JavaScript. */
function execArgvOf(file: string): string[] {
  const own = process.execArgv;
  if (!file.endsWith('.ts') || own.some(arg => arg.includes('nodeTransform'))) {
    return own;
  }
  const transform = createRequire(file).resolve(
    '@backstage/cli/config/nodeTransform.cjs',
  );
  return [...own, '--require', transform];
}
