import { availableParallelism } from 'node:os';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { RangeStore } from '../examples/BlobReader';
import type { SliceRequest } from '../examples/measureSlices';
import type { StageEvidence } from '../gates/types';
import type { ParityQuestion } from '../parity/types';
import type {
  Comparer,
  DifferenceRequest,
  ExamplePage,
  LedgerAnswers,
  LedgerRequest,
  PageRequest,
  PairedDifference,
} from '../comparison/types';
import { ThreadPool, type AskOptions } from '../threads/ThreadPool';
import { createAnalyses } from './createAnalyses';
import { ROLE, THREAD_FILE } from './thread';
import { takesLong } from './takesLong';
import type { Analyses } from './types';

/** Up to so many examples all slices are measured within a few milliseconds. */
const FEW_TO_MEASURE = 300;
/** Up to so many predictions of all executions are read and compared within a few milliseconds. */
const FEW_TO_COMPARE = 10_000;

/** Beside the first one; each takes about 100 MB while it judges a million examples. Not configurable: judging is rare. */
const MAX_THREADS = 4;
/** Comparisons; judgements always may. */
const MAX_WAITING = 200;
/** Twenty times what a million examples take. Not configurable: what needs more would end the process, and all else in it. */
const MAX_HEAP_MB = 2048;
const IDLE_MS = 60_000;

/** Nobody waits longer for a page. Not configurable, as those below: they end what would never end. */
const PAGE: AskOptions = { limitMs: 60_000, isLong: false };
/** A bootstrap of a million examples ends within it. */
const DIFFERENCE: AskOptions = { limitMs: 10 * 60_000, isLong: true };
/** Twelve of them, which have to agree, do. */
const JUDGEMENT: AskOptions = {
  limitMs: 6 * 3600_000,
  isLong: true,
  // A stage waits for it, and nobody would ask again.
  isUrgent: true,
};

/** How long after the start of the backend, which has more urgent things to load. */
const WARM_AFTER_MS = 5_000;

/** Has analyses made in threads, so that they keep nothing else in this process waiting. */
export class AnalysisThreads implements Analyses, Comparer {
  readonly #pool: ThreadPool<Analyses>;
  readonly #here: Analyses;
  #warming?: NodeJS.Timeout;

  constructor(options: {
    store: RangeStore;
    logger: Pick<LoggerService, 'warn'>;
  }) {
    this.#here = createAnalyses(options.store);
    this.#pool = new ThreadPool<Analyses>({
      ...options,
      file: THREAD_FILE,
      role: ROLE,
      maxThreads: Math.min(Math.max(availableParallelism(), 2), MAX_THREADS),
      maxWaiting: MAX_WAITING,
      idleMs: IDLE_MS,
      maxHeapMb: MAX_HEAP_MB,
    });
  }

  /** Has the first thread loaded soon, so that nobody waits for it. */
  start(): void {
    this.#warming = setTimeout(() => this.#pool.warm(), WARM_AFTER_MS);
    this.#warming.unref();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#warming);
    await this.#pool.stop();
  }

  async judge(evidence: StageEvidence) {
    return takesLong(evidence)
      ? await this.#pool.ask('judge', evidence, JUDGEMENT)
      : await this.#here.judge(evidence);
  }

  async measureSlices(request: SliceRequest) {
    return request.count > FEW_TO_MEASURE
      ? await this.#pool.ask('measureSlices', request, JUDGEMENT)
      : await this.#here.measureSlices(request);
  }

  async compareEnvironments(question: ParityQuestion) {
    const count = question.executions.reduce((sum, own) => sum + own.count, 0);
    return count > FEW_TO_COMPARE
      ? await this.#pool.ask('compareEnvironments', question, JUDGEMENT)
      : await this.#here.compareEnvironments(question);
  }

  async page(request: PageRequest, signal?: AbortSignal): Promise<ExamplePage> {
    return await this.#pool.ask('page', request, { ...PAGE, signal });
  }

  async difference(
    request: DifferenceRequest,
    signal?: AbortSignal,
  ): Promise<PairedDifference> {
    const options = { ...DIFFERENCE, signal };
    return await this.#pool.ask('difference', request, options);
  }

  async ledger(
    request: LedgerRequest,
    signal?: AbortSignal,
  ): Promise<LedgerAnswers> {
    return await this.#pool.ask('ledger', request, { ...PAGE, signal });
  }
}
