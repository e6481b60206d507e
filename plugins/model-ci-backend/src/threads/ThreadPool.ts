import { ServiceUnavailableError, toError } from '@backstage/errors';
import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  PooledThread,
  type ThreadOptions,
  type ThreadOutcome,
} from './PooledThread';
import type { Calls } from './protocol';

/** One that ended over a question may have ended for another reason; one that ends over it twice did not. */
const TRIES = 2;

export interface ThreadPoolOptions extends ThreadOptions {
  logger: Pick<LoggerService, 'warn'>;
  /** Threads at the same time, at least two: one is always left for short questions. */
  maxThreads: number;
  /** Questions that may wait for a thread, beside urgent ones. */
  maxWaiting: number;
  /** How long a thread beyond the first one is kept without a question. */
  idleMs: number;
}

export interface AskOptions {
  /** Of the question alone, without its wait. A thread that takes longer is ended. */
  limitMs: number;
  /** Whether it may take seconds, so that short ones should not wait behind it. */
  isLong: boolean;
  /** Whether it goes before all that are not, and may always wait: those take no place from it, however many they are. */
  isUrgent?: boolean;
  /** Once aborted, a question that waits is dropped. One that a thread has is answered: its limit ends it. */
  signal?: AbortSignal;
}

interface Waiting extends AskOptions {
  question: { name: string; input: unknown };
  tries: number;
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/**
 * Threads that stay warm and are started anew when they die. Short questions stay together, in the first thread that has no
 * long one, because they find in its caches what the ones before left there; long ones leave it alone where another is free.
 */
export class ThreadPool<T extends Calls<T>> {
  readonly #options: ThreadPoolOptions;
  readonly #waiting: Waiting[] = [];
  readonly #running = new Map<PooledThread, Waiting>();
  readonly #idle = new Map<PooledThread, NodeJS.Timeout>();
  #threads: PooledThread[] = [];
  #stopped = false;

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
  }

  /** Starts the first thread, so that the first question does not wait for it. */
  warm(): void {
    if (!this.#stopped && this.#threads.length === 0) {
      this.#start();
    }
  }

  /** Rejects with what the thread rejects with, and with `ServiceUnavailableError` where too many wait already. */
  async ask<K extends keyof T & string>(
    name: K,
    input: Parameters<T[K]>[0],
    options: AskOptions,
  ): Promise<Awaited<ReturnType<T[K]>>> {
    if (this.#stopped) {
      throw new ServiceUnavailableError('The backend is stopping');
    }
    const { signal, isUrgent = false } = options;
    signal?.throwIfAborted();
    if (!isUrgent) {
      this.#demandRoom();
    }
    let drop = () => {};
    const answered = new Promise<unknown>((resolve, reject) => {
      const question = { name, input };
      const waiting = { ...options, question, tries: 0, resolve, reject };
      drop = () => this.#drop(waiting);
      this.#waiting.push(waiting);
    });
    signal?.addEventListener('abort', drop);
    this.#dispatch();
    try {
      return (await answered) as Awaited<ReturnType<T[K]>>;
    } finally {
      signal?.removeEventListener('abort', drop);
    }
  }

  /** Ends all threads; whoever waits is refused. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#idle.forEach(timer => clearTimeout(timer));
    const error = new ServiceUnavailableError('The backend is stopping');
    this.#waiting.splice(0).forEach(({ reject }) => reject(error));
    await Promise.all(this.#threads.map(thread => thread.stop()));
  }

  #demandRoom(): void {
    const { length } = this.#waiting.filter(({ isUrgent }) => !isUrgent);
    if (length >= this.#options.maxWaiting) {
      throw new ServiceUnavailableError(
        `${length} comparisons wait already; try again in a moment`,
      );
    }
  }

  /** Nobody waits for its answer any more. */
  #drop(waiting: Waiting): void {
    const at = this.#waiting.indexOf(waiting);
    if (at >= 0) {
      this.#waiting.splice(at, 1);
      waiting.reject(toError(waiting.signal?.reason));
    }
  }

  #dispatch(): void {
    const [urgent, others] = [true, false].map(wanted =>
      this.#waiting.filter(({ isUrgent = false }) => isUrgent === wanted),
    );
    for (const waiting of [...urgent, ...others]) {
      const thread = this.#threadFor(waiting);
      if (thread) {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        void this.#run(thread, waiting);
      }
    }
  }

  /** Undefined where it has to wait. */
  #threadFor({ isLong }: Waiting): PooledThread | undefined {
    if (this.#stopped) {
      return undefined;
    }
    this.#threads = this.#threads.filter(({ hasEnded }) => !hasEnded);
    const isFree = (thread: PooledThread) => !this.#running.has(thread);
    if (isLong) {
      const others = [...this.#running.values()].filter(own => own.isLong);
      return others.length < this.#options.maxThreads - 1
        ? this.#threads.findLast(isFree) ?? this.#startAnother()
        : undefined;
    }
    const home = this.#threads.find(
      thread => !this.#running.get(thread)?.isLong,
    );
    if (!home) {
      return this.#startAnother();
    }
    return isFree(home) ? home : undefined;
  }

  #startAnother(): PooledThread | undefined {
    return this.#threads.length < this.#options.maxThreads
      ? this.#start()
      : undefined;
  }

  #start(): PooledThread {
    const thread = new PooledThread(this.#options);
    this.#threads.push(thread);
    return thread;
  }

  async #run(thread: PooledThread, waiting: Waiting): Promise<void> {
    const { question, limitMs } = waiting;
    clearTimeout(this.#idle.get(thread));
    waiting.tries += 1;
    this.#running.set(thread, waiting);
    const outcome = await thread.ask(question, limitMs);
    this.#running.delete(thread);
    this.#settle(waiting, outcome);
    this.#retireLater(thread);
    this.#dispatch();
  }

  #settle(waiting: Waiting, outcome: ThreadOutcome): void {
    const { question, limitMs, tries } = waiting;
    switch (outcome.type) {
      case 'answered':
        waiting.resolve(outcome.answer);
        break;
      case 'failed':
        waiting.reject(new Error(outcome.message));
        break;
      case 'late':
        waiting.reject(
          new Error(
            `'${question.name}' took longer than ${limitMs / 1000} seconds`,
          ),
        );
        break;
      default:
        if (tries < TRIES && !this.#stopped && !waiting.signal?.aborted) {
          this.#options.logger.warn(
            `The thread of '${question.name}' ended before it answered; another one is asked`,
            outcome.cause,
          );
          this.#waiting.unshift(waiting);
        } else {
          const { cause } = outcome;
          waiting.reject(
            new Error(`The thread of '${question.name}' ended`, { cause }),
          );
        }
    }
  }

  /** Its turn ends where it has nothing to do for a while. */
  #retireLater(thread: PooledThread): void {
    this.#idle.delete(thread);
    if (thread.hasEnded || this.#stopped || thread === this.#threads[0]) {
      return;
    }
    const timer = setTimeout(() => {
      this.#idle.delete(thread);
      this.#threads = this.#threads.filter(other => other !== thread);
      void thread.stop();
    }, this.#options.idleMs);
    timer.unref();
    this.#idle.set(thread, timer);
  }
}
