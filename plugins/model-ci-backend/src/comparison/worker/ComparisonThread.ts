import { createRequire } from 'node:module';
import { buffer } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import type { RangeStore } from '../../examples/BlobReader';
import type {
  DifferenceRequest,
  ExamplePage,
  PageRequest,
  PairedDifference,
} from '../types';
import {
  ROLE,
  type FromThread,
  type Question,
  type ReadRequest,
  type Result,
  type ToThread,
} from './protocol';
import { THREAD_FILE } from './thread';

interface Waiting {
  resolve(result: Result): void;
  reject(error: Error): void;
}

/** Has comparisons made in a thread, which is started when it is first asked and keeps what it made. */
export class ComparisonThread {
  readonly #store: RangeStore;
  readonly #waiting = new Map<number, Waiting>();
  #worker?: Worker;
  #last = 0;

  constructor(store: RangeStore) {
    this.#store = store;
  }

  async page(request: PageRequest): Promise<ExamplePage> {
    const result = await this.#ask({ type: 'page', request });
    if (result.type !== 'page') throw new Error(`Not a page: ${result.type}`);
    return result.page;
  }

  async difference(request: DifferenceRequest): Promise<PairedDifference> {
    const result = await this.#ask({ type: 'difference', request });
    if (result.type !== 'difference') {
      throw new Error(`Not a difference: ${result.type}`);
    }
    return result.difference;
  }

  async #ask(question: Question): Promise<Result> {
    const worker = this.#start();
    this.#last += 1;
    const id = this.#last;
    const message: ToThread = { type: 'ask', id, question };
    return await new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage(message);
    });
  }

  async stop(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(THREAD_FILE, {
      workerData: { role: ROLE },
      execArgv: execArgvOf(THREAD_FILE),
    });
    worker.on('message', (message: FromThread) => this.#take(worker, message));
    worker.on('error', cause =>
      this.#end(worker, new Error('The comparing thread failed', { cause })),
    );
    worker.on('exit', code =>
      this.#end(worker, new Error(`The comparing thread ended with ${code}`)),
    );
    this.#worker = worker;
    return worker;
  }

  #take(worker: Worker, message: FromThread): void {
    if (message.type === 'read') {
      void answer(worker, this.#store, message);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    // The process may end while nobody waits.
    if (this.#waiting.size === 0) worker.unref();
    if (message.type === 'answer') {
      waiting?.resolve(message.result);
    } else {
      waiting?.reject(new Error(message.message));
    }
  }

  /** Whoever waits is told; the next one to ask has a new thread. */
  #end(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

async function answer(
  worker: Worker,
  store: RangeStore,
  { id, digest, start, end }: ReadRequest,
): Promise<void> {
  try {
    const bytes = new Uint8Array(
      await buffer(await store.open(digest, { start, end })),
    );
    const found: ToThread = { type: 'bytes', id, bytes };
    worker.postMessage(found, [bytes.buffer]);
  } catch (error) {
    const failed: ToThread = { type: 'unread', id, message: String(error) };
    worker.postMessage(failed);
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
