import { NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import {
  stageKey,
  type Artifact,
  type Evaluation,
  type GateResult,
  type InstanceMetric,
  type MetricHistories,
  type MetricLine,
  type MetricLineHistory,
  type Page,
  type ReportSummary,
  type StageMetric,
  type TestCase,
  type VersionComparison,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { listArtifacts } from '../database/operations/artifacts/listArtifacts';
import { listGateResults } from '../database/operations/evaluations/listGateResults';
import { listInstanceEvaluations } from '../database/operations/evaluations/listInstanceEvaluations';
import { listMetricLines } from '../database/operations/evaluations/listMetricLines';
import { listMetricPoints } from '../database/operations/evaluations/listMetricPoints';
import { listMetricSeries } from '../database/operations/evaluations/listMetricSeries';
import { listRunEvaluations } from '../database/operations/evaluations/listRunEvaluations';
import { findAttemptOfStage } from '../database/operations/reports/findAttemptOfStage';
import { listReports } from '../database/operations/reports/listReports';
import { listTestCases } from '../database/operations/reports/listTestCases';
import { listRunParameters } from '../database/operations/runs/listRunParameters';
import { listAliases } from '../database/operations/versions/listAliases';
import { listVersions } from '../database/operations/versions/listVersions';
import { compareVersions } from './compareVersions';
import { gateLimits, seriesKey, toHistories } from './histories';
import {
  readLineHistory,
  type LineHistoryOptions,
} from './history/lineHistory';
import { withReason } from '../withReason';

const MAX_SERIES = 200;
/** Each costs a look into an index. */
const MAX_COUNTED_SERIES = 2000;
const MAX_LINES = 2000;
const MAX_POINTS = 1000;
const DEFAULT_POINTS = 200;
const MAX_TESTS = 500;
/** Of one instance; more are in its reports. */
const MAX_INSTANCE_METRICS = 100;

export interface MetricHistoryQuery {
  metric?: string;
  dataset?: string;
  /** The runs' own evaluations if absent. */
  environment?: string;
  /** Key of one execution of a stage; what stages measured as a whole if absent. */
  instance?: string;
  /** ISO times, inclusive. */
  from?: string;
  to?: string;
  /** Newest points of each metric. */
  limit?: number;
}

export interface StageResultsView {
  gates: GateResult[];
  artifacts: Artifact[];
  reports: ReportSummary[];
  /** Of an instance. */
  metrics: InstanceMetric[];
  /** Of a stage. */
  reported: StageMetric[];
}

/** Answers what runs measured and left behind. */
export class EvaluationService {
  readonly #db: Knex;

  constructor(options: { db: Knex }) {
    this.#db = options.db;
  }

  /**
   * How each metric of a pipeline developed; three queries, whatever the number of metrics. Says how many there are where
   * they are too many.
   */
  async metricHistories(
    pipelineRef: string,
    query: MetricHistoryQuery = {},
  ): Promise<MetricHistories> {
    const scope = {
      pipelineRef,
      environment: query.environment ?? '',
      instance: query.instance,
      metric: query.metric,
      dataset: query.dataset,
    };
    const found = await listMetricSeries(this.#db, {
      ...scope,
      limit: MAX_COUNTED_SERIES,
    });
    const series = found.series.slice(0, MAX_SERIES);
    const newestFirst = await listMetricPoints(this.#db, {
      ...scope,
      series,
      from: query.from,
      to: query.to,
      limit: clamp(query.limit ?? DEFAULT_POINTS, MAX_POINTS),
    });
    const latest = new Map<string, Evaluation>();
    for (const point of newestFirst) {
      if (!latest.has(seriesKey(point))) latest.set(seriesKey(point), point);
    }
    const gates = await listGateResults(this.#db, {
      runIds: [...new Set([...latest.values()].map(point => point.runId))],
    });
    const [shown, total] = [series.length, found.series.length];
    return {
      items: toHistories(newestFirst, point => gateLimits(point, gates)),
      ...((total > shown || found.more) && {
        cut: { shown, total, more: found.more },
      }),
    };
  }

  /** Every line that a pipeline has values of, up to a number that a person can still choose from. */
  async metricLines(
    pipelineRef: string,
  ): Promise<{ items: MetricLine[]; more: boolean }> {
    const lines = await listMetricLines(this.#db, {
      pipelineRef,
      limit: MAX_LINES + 1,
    });
    return {
      items: lines.slice(0, MAX_LINES),
      more: lines.length > MAX_LINES,
    };
  }

  /** One metric over versions or runs, with what its gates demanded and what was deployed meanwhile. */
  async lineHistory(
    pipelineRef: string,
    options: LineHistoryOptions,
  ): Promise<MetricLineHistory> {
    return readLineHistory(this.#db, pipelineRef, options);
  }

  /** Test cases of a stage, those that went wrong first; of its last attempt unless one is named. */
  async tests(
    runId: string,
    stage: string,
    query: {
      attempt?: number;
      status?: string[];
      cursor?: string;
      limit: number;
    },
  ): Promise<Page<TestCase>> {
    const { attempt } = query;
    const attemptId = await findAttemptOfStage(this.#db, {
      runId,
      stage,
      attempt,
    });
    if (attemptId === undefined) {
      throw withReason(
        NotFoundError,
        attempt === undefined
          ? reason('error.noStageStarted', { run: runId, stage })
          : reason('error.noAttemptOfStage', {
              run: runId,
              stage,
              number: attempt,
            }),
      );
    }
    return listTestCases(this.#db, {
      attemptId,
      statuses: query.status,
      cursor: query.cursor,
      limit: clamp(query.limit, MAX_TESTS),
    });
  }

  async artifacts(runId: string): Promise<Artifact[]> {
    const artifacts = await listArtifacts(this.#db, { runIds: [runId] });
    return artifacts.map(({ runId: _, ...artifact }) => artifact);
  }

  /** What the last attempts of a run's stages and instances left behind, by their keys. */
  async stageResults(runId: string): Promise<Map<string, StageResultsView>> {
    const [gates, artifacts, reports, metrics, evaluations] = await Promise.all(
      [
        listGateResults(this.#db, { runIds: [runId] }),
        listArtifacts(this.#db, { runIds: [runId] }),
        listReports(this.#db, { runId }),
        listInstanceEvaluations(this.#db, { runId }),
        listRunEvaluations(this.#db, { runIds: [runId] }),
      ],
    );
    const views = new Map<string, StageResultsView>();
    const view = (of: { stage: string; instance?: string }) => {
      const key = stageKey(of.stage, of.instance);
      const found = views.get(key) ?? {
        gates: [],
        artifacts: [],
        reports: [],
        metrics: [],
        reported: [],
      };
      views.set(key, found);
      return found;
    };
    for (const { runId: _, isSelected: __, ...gate } of gates)
      view(gate).gates.push(gate);
    for (const { runId: _, ...artifact } of artifacts) {
      view(artifact).artifacts.push(artifact);
    }
    for (const { report, ...of } of reports) view(of).reports.push(report);
    for (const { stage, instance, attemptId: _, ...metric } of metrics) {
      const own = view({ stage, instance }).metrics;
      if (own.length < MAX_INSTANCE_METRICS) own.push(metric);
    }
    for (const evaluation of evaluations) {
      const own = view({ stage: evaluation.stage }).reported;
      if (own.length < MAX_INSTANCE_METRICS)
        own.push(toStageMetric(evaluation));
    }
    return views;
  }

  /** Versions side by side; the first one is the reference. Rejects with `NotFoundError` if one does not exist. */
  async compare(
    pipelineRef: string,
    versions: number[],
  ): Promise<VersionComparison> {
    const wanted = [...new Set(versions)];
    const found = await listVersions(this.#db, {
      pipelineRef,
      versions: wanted,
      limit: wanted.length,
    });
    const byNumber = new Map(found.map(v => [v.version, v]));
    const missing = wanted.filter(version => !byNumber.has(version));
    if (missing.length > 0) {
      throw withReason(
        NotFoundError,
        reason('error.noVersion', {
          pipeline: pipelineRef,
          version: missing.join(', '),
        }),
      );
    }
    const runIds = found.map(v => v.runId);
    const [parameters, aliases, evaluations, gates] = await Promise.all([
      listRunParameters(this.#db, { runIds }),
      listAliases(this.#db, { pipelineRef, versions: wanted }),
      listRunEvaluations(this.#db, { runIds }),
      listGateResults(this.#db, { runIds }),
    ]);
    return compareVersions({
      versions: wanted.flatMap(version => byNumber.get(version) ?? []),
      parameters,
      aliases,
      evaluations,
      gates,
    });
  }
}

function clamp(limit: number, max: number): number {
  return Math.min(Math.max(1, Math.trunc(limit)), max);
}

function toStageMetric(evaluation: Evaluation): StageMetric {
  const { metric, dataset, value, stderr, n, unit, higherIsBetter } =
    evaluation;
  return { metric, dataset, value, stderr, n, unit, higherIsBetter };
}
