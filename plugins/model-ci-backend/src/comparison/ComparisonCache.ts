import { LRUCache } from 'lru-cache';
import {
  openExampleSet,
  type OpenedExampleSet,
} from '../examples/openExampleSet';
import type { RangeStore } from '../examples/BlobReader';
import { keptColumns } from '../examples/keptColumns';
import { bytesOf, compareSets, type ComparedSets } from './compareSets';
import { filterPairs } from './filterPairs';
import { readLedger } from './ledger';
import { readPairs } from './readPage';
import { compareOnExamples } from './pairedDifference';
import type {
  DifferenceRequest,
  ExamplePage,
  LedgerAnswers,
  LedgerRequest,
  PageRequest,
  PairedDifference,
  Subject,
} from './types';

/** Comparisons and the orders of their pages, together. Not configurable: ten comparisons of a million examples. */
const MAX_BYTES = 512 * 1024 * 1024;
/** Not configurable: the columns that pages of a few comparisons read again and again. */
const MAX_COLUMN_BYTES = 256 * 1024 * 1024;
/** An opened set keeps nothing but where its columns are. */
const MAX_SETS = 200;
/** Of a few hundred bytes each. */
const MAX_DIFFERENCES = 10_000;

interface Sets {
  baseline: OpenedExampleSet;
  candidate: OpenedExampleSet;
}

/**
 * Answers pages of comparisons and keeps what it computed for the next ones. Everything is named by digests, so nothing
 * that is kept can be out of date.
 */
export class ComparisonCache {
  readonly #store: RangeStore;
  readonly #keep = keptColumns(MAX_COLUMN_BYTES);
  readonly #sets = new LRUCache<string, Promise<OpenedExampleSet>>({
    max: MAX_SETS,
  });
  readonly #differences = new LRUCache<string, PairedDifference>({
    max: MAX_DIFFERENCES,
  });
  readonly #compared: LRUCache<string, ComparedSets>;
  readonly #orders: LRUCache<string, Int32Array>;

  constructor(store: RangeStore, maxBytes = MAX_BYTES) {
    this.#store = store;
    this.#compared = new LRUCache({
      maxSize: maxBytes / 2,
      sizeCalculation: bytesOf,
    });
    this.#orders = new LRUCache({
      maxSize: maxBytes / 2,
      sizeCalculation: order => order.byteLength + 1024,
    });
  }

  async page(request: PageRequest): Promise<ExamplePage> {
    const { subject, after, limit } = request;
    const sets = {
      baseline: await this.#open(subject.baseline.digest),
      candidate: await this.#open(subject.candidate.digest),
    };
    const compared = await this.#compare(subject, sets);
    const { metrics, metric, higherIsBetter, mismatches, pairs } = compared;
    const refused = mismatches.length > 0 && !subject.common;
    const order = refused
      ? new Int32Array(0)
      : await this.#order(request, compared, sets);
    return {
      metrics,
      metric,
      higherIsBetter,
      mismatches,
      common: pairs.baseline.length,
      verdict: compared.scored?.verdict,
      counts: compared.scored?.counts,
      slices: compared.slices,
      total: order.length,
      items: await readPairs(
        compared,
        sets,
        order.subarray(after, after + limit),
      ),
    };
  }

  async difference(request: DifferenceRequest): Promise<PairedDifference> {
    const key = JSON.stringify(request);
    const known = this.#differences.get(key);
    if (known) return known;
    const found = await compareOnExamples(
      request,
      await this.#open(request.baseline.digest),
      await this.#open(request.candidate.digest),
    );
    this.#differences.set(key, found);
    return found;
  }

  async ledger(request: LedgerRequest): Promise<LedgerAnswers> {
    return await readLedger(request, digest => this.#open(digest));
  }

  #open(digest: string): Promise<OpenedExampleSet> {
    const known = this.#sets.get(digest);
    if (known) return known;
    const opened = openExampleSet(this.#store, digest, this.#keep);
    this.#sets.set(digest, opened);
    // What could not be read may be read the next time.
    opened.catch(() => this.#sets.delete(digest));
    return opened;
  }

  async #compare(subject: Subject, sets: Sets): Promise<ComparedSets> {
    const key = JSON.stringify(subject);
    const known = this.#compared.get(key);
    if (known) return known;
    const compared = await compareSets(subject, sets.baseline, sets.candidate);
    this.#compared.set(key, compared);
    return compared;
  }

  async #order(
    { subject, filter, sort }: PageRequest,
    compared: ComparedSets,
    sets: Sets,
  ): Promise<Int32Array> {
    const key = JSON.stringify([subject, filter, sort]);
    const known = this.#orders.get(key);
    if (known) return known;
    const order = await filterPairs(compared, sets, { filter, sort });
    this.#orders.set(key, order);
    return order;
  }
}
