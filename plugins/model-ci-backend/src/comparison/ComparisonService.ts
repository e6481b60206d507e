import { NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import {
  isMeasured,
  type ExampleComparison,
  type Evaluation,
  type ExampleLedger,
  type ExampleSetKey,
  type ExampleSort,
  type GateExamples,
  type LedgerEntry,
  type VersionDifference,
  type MetricTrends,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { listServing } from '../database/operations/deployments/listServing';
import { listGateResults } from '../database/operations/evaluations/listGateResults';
import { listMetricPoints } from '../database/operations/evaluations/listMetricPoints';
import { listRunEvaluations } from '../database/operations/evaluations/listRunEvaluations';
import {
  listExampleSets,
  type ListedExampleSet,
} from '../database/operations/examples/listExampleSets';
import { listAliases } from '../database/operations/versions/listAliases';
import {
  listVersions,
  type RegisteredVersion,
} from '../database/operations/versions/listVersions';
import { seriesKey } from '../evaluations/histories';
import { isAsked, keyOf, setsOfBoth, textOf } from './exampleSets';
import { summarize } from './ledger';
import { isHigherBetter } from './metrics';
import { readDirections } from './readDirections';
import { compareMetric } from './differences';
import { readGateExamples, type GateExamplesQuery } from './gateExamples';
import { cursorAfter, placeIn } from './placeInList';
import { chooseReference, mainMetrics, toTrends } from './trends';
import type { Comparer, Filter, Side, Subject } from './types';
import { withReason } from '../withReason';

/** Not configurable: as many as a page can show one below the other. */
const LEDGER_VERSIONS = 100;
/** As many as a small chart has room for, with runs between them that registered none. */
const TREND_VERSIONS = 20;
const TREND_POINTS = 60;

export interface ExamplesQuery {
  set: Partial<ExampleSetKey>;
  metric?: string;
  filter: Filter;
  sort: ExampleSort;
  common: boolean;
  cursor?: string;
  limit: number;
}

export interface ComparisonOptions {
  db: Knex;
  comparer: Comparer;
}

const NOTHING = {
  metrics: [],
  mismatches: [],
  common: 0,
  slices: [],
  total: 0,
  items: [],
};

/**
 * Compares versions: their metrics, and example by example. What takes long stops and rejects once the signal of whoever asked
 * has aborted.
 */
export class ComparisonService {
  readonly #options: ComparisonOptions;

  constructor(options: ComparisonOptions) {
    this.#options = options;
  }

  /** A page of the examples of two versions; the first one is the baseline. Rejects with `NotFoundError`. */
  async examples(
    pipelineRef: string,
    versions: [number, number],
    query: ExamplesQuery,
    signal?: AbortSignal,
  ): Promise<ExampleComparison> {
    const { db, comparer } = this.#options;
    const [baseline, candidate] = await this.#versions(pipelineRef, versions);
    const sets = await listExampleSets(db, {
      runIds: [baseline.runId, candidate.runId],
    });
    const both = setsOfBoth(
      sets.filter(({ runId }) => runId === baseline.runId),
      sets.filter(({ runId }) => runId === candidate.runId),
    );
    const keys = both.map(pair => keyOf(pair.candidate));
    const pair = both.find(({ candidate: set }) => isAsked(set, query.set));
    if (!pair) return { ...NOTHING, versions, sets: keys };
    const subject: Subject = {
      baseline: sideOf(pair.baseline),
      candidate: sideOf(pair.candidate),
      metric: query.metric,
      directions: await readDirections(db, [baseline.runId, candidate.runId]),
      common: query.common,
    };
    const { filter, sort, limit } = query;
    const list = [subject, filter, sort];
    const after = placeIn(list, query.cursor);
    const request = { subject, filter, sort, after, limit };
    const page = await comparer.page(request, signal);
    const next = cursorAfter(list, after + page.items.length, page.total);
    return {
      versions,
      sets: keys,
      set: keyOf(pair.candidate),
      ...page,
      ...(next !== undefined && { nextCursor: next }),
    };
  }

  /** A page of the examples on which a gate's verdict rests. Rejects with `NotFoundError` where it has none. */
  async gateExamples(
    query: GateExamplesQuery,
    signal?: AbortSignal,
  ): Promise<GateExamples> {
    return await readGateExamples(this.#options, query, signal);
  }

  /** One example over the newest versions. */
  async ledger(
    pipelineRef: string,
    query: { id: string; set: Partial<ExampleSetKey>; metric?: string },
    signal?: AbortSignal,
  ): Promise<ExampleLedger> {
    const { db, comparer } = this.#options;
    const versions = await listVersions(db, {
      pipelineRef,
      limit: LEDGER_VERSIONS,
    });
    versions.reverse();
    const sets = await listExampleSets(db, {
      runIds: versions.map(({ runId }) => runId),
    });
    const key = ledgerKey(versions, sets, query.set);
    const digests = versions.map(
      ({ runId }) =>
        sets.find(set => set.runId === runId && textOf(set) === key)?.digest,
    );
    const { metric, text, answers } = await comparer.ledger(
      { id: query.id, metric: query.metric, digests },
      signal,
    );
    const entries = versions.map(
      (
        { version, runId, runNumber, commit, createdAt: at },
        i,
      ): LedgerEntry => ({
        ...{ version, runId, runNumber, commit, at },
        ...answers[i],
      }),
    );
    const newest = versions.slice(-1).map(({ runId }) => runId);
    const directions = await readDirections(db, newest);
    return {
      id: query.id,
      text,
      metric,
      higherIsBetter:
        metric === undefined ? undefined : isHigherBetter(metric, directions),
      entries,
      ...summarize(entries),
    };
  }

  /**
   * How each metric of the other versions stands to that of the first one; three queries, whatever the number of versions.
   * Rejects with `NotFoundError`.
   */
  async differences(
    pipelineRef: string,
    [first, ...others]: number[],
    signal?: AbortSignal,
  ): Promise<VersionDifference[]> {
    const versions = [first, ...others];
    const [baseline, ...found] = await this.#versions(pipelineRef, versions);
    return await this.#differences(baseline, found, { signal });
  }

  /** The main metrics over the newest versions, and how the newest one stands to what serves, or else to the champion. */
  async trends(
    pipelineRef: string,
    signal?: AbortSignal,
  ): Promise<MetricTrends> {
    const { db } = this.#options;
    const versions = await listVersions(db, {
      pipelineRef,
      limit: TREND_VERSIONS,
    });
    const [newest] = versions;
    if (!newest) return { aliases: [], metrics: [] };
    const runIds = [newest.runId];
    const evaluations = await listRunEvaluations(db, { runIds });
    const gates = await listGateResults(db, { runIds });
    const main = mainMetrics(evaluations, gates);
    const points = await listMetricPoints(db, {
      pipelineRef,
      environment: '',
      series: main.map(({ metric, dataset = '' }) => ({ metric, dataset })),
      limit: TREND_POINTS,
    });
    const aliases = await listAliases(db, { pipelineRef });
    const reference = chooseReference(
      await listServing(db, { pipelineRef }),
      aliases,
    );
    const before =
      reference && reference.version !== newest.version
        ? await this.#versions(pipelineRef, [reference.version, newest.version])
        : undefined;
    return {
      version: newest.version,
      reference,
      aliases: aliases.map(({ alias, version }) => ({ alias, version })),
      metrics: toTrends({
        main,
        gates,
        points,
        versions: versions.map(({ version }) => version),
        differences: before
          ? await this.#differences(before[0], [newest], { only: main, signal })
          : [],
      }),
    };
  }

  async #differences(
    baseline: RegisteredVersion,
    candidates: RegisteredVersion[],
    {
      only,
      signal,
    }: {
      only?: Array<Pick<Evaluation, 'metric' | 'dataset'>>;
      signal?: AbortSignal;
    },
  ): Promise<VersionDifference[]> {
    const { db, comparer } = this.#options;
    const runIds = [baseline, ...candidates].map(({ runId }) => runId);
    const [evaluations, sets] = await Promise.all([
      listRunEvaluations(db, { runIds }),
      listExampleSets(db, { runIds }),
    ]);
    const whole = evaluations
      .filter(isMeasured)
      .filter(({ instance, environment, slice }) =>
        [instance, environment, slice].every(part => part === undefined),
      );
    const of = <T extends { runId: string }>(rows: T[], runId: string) =>
      rows.filter(row => row.runId === runId);
    const before = new Map(
      of(whole, baseline.runId).map(e => [seriesKey(e), e]),
    );
    const wanted = only && new Set(only.map(seriesKey));
    const differences: VersionDifference[] = [];
    for (const { version, runId } of candidates) {
      const both = setsOfBoth(of(sets, baseline.runId), of(sets, runId));
      const now = new Map(of(whole, runId).map(e => [seriesKey(e), e]));
      for (const [key, evaluation] of now) {
        signal?.throwIfAborted();
        const reference = before.get(key);
        if (reference && (!wanted || wanted.has(key))) {
          const found = await compareMetric(
            reference,
            evaluation,
            both,
            request => comparer.difference(request, signal),
          );
          differences.push({ version, ...found });
        }
      }
    }
    return differences;
  }

  /** In the order in which they are asked for. */
  async #versions(
    pipelineRef: string,
    wanted: number[],
  ): Promise<RegisteredVersion[]> {
    const found = await listVersions(this.#options.db, {
      pipelineRef,
      versions: wanted,
      limit: wanted.length,
    });
    return wanted.map(version => {
      const own = found.find(candidate => candidate.version === version);
      if (!own) {
        const pipeline = pipelineRef;
        throw withReason(
          NotFoundError,
          reason('error.noVersion', { pipeline, version }),
        );
      }
      return own;
    });
  }
}

/** Which examples a ledger is about: those that were named, or the first of the newest version that has any. */
function ledgerKey(
  versions: RegisteredVersion[],
  sets: ListedExampleSet[],
  asked: Partial<ExampleSetKey>,
): string | undefined {
  if (asked.stage !== undefined) {
    return textOf({ ...asked, stage: asked.stage });
  }
  const matching = sets.filter(set => isAsked(set, asked));
  const newest = versions.findLast(({ runId }) =>
    matching.some(set => set.runId === runId),
  );
  const set = matching.find(({ runId }) => runId === newest?.runId);
  return set && textOf(set);
}

function sideOf({ digest, datasetDigest, taskHash }: ListedExampleSet): Side {
  return { digest, datasetDigest, taskHash };
}
