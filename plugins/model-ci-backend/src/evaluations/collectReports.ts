import type {
  ReportKind,
  ReportSummary,
  StageDefinition,
  TestCase,
} from '@model-ci/backstage-plugin-model-ci-common';
import type {
  ArtifactStore,
  Executor,
  Handle,
} from '@model-ci/backstage-plugin-model-ci-node';
import { collectReport } from './collectReport';
import { createJunitReader } from './reports/junit';
import { createMetricsReader } from './reports/metrics';
import { createPredictionsReader } from './reports/predictions';
import type {
  MalformedReportError,
  ReportReader,
} from './reports/ReportReader';
import type { MeasuredMetric } from './types';

const MEGABYTE = 1024 * 1024;
const MAX_BYTES: Record<ReportKind, number> = {
  junit: 50 * MEGABYTE,
  metrics: 5 * MEGABYTE,
  predictions: 1024 * MEGABYTE,
};
const SHOWN_TESTS = 5;

export interface CollectedReports {
  summaries: ReportSummary[];
  testCases: TestCase[];
  /** Absent if there is no readable metrics report. */
  metrics?: MeasuredMetric[];
  /** Declared, but missing or malformed. */
  unreadable: Set<ReportKind>;
  /** In words, for the reason of a failed stage. */
  problems: string[];
}

interface CollectReportsOptions {
  stage: { definition: StageDefinition };
  executor: Pick<Executor, 'collect'>;
  handle: Handle;
  store: ArtifactStore;
  commandSucceeded: boolean;
}

/** Reads every declared report; a mistake in one does not hide those in another. */
export async function collectReports(
  options: CollectReportsOptions,
): Promise<CollectedReports> {
  const declared = options.stage.definition.reports;
  const collected: CollectedReports = {
    summaries: [],
    testCases: [],
    unreadable: new Set(),
    problems: [],
  };
  const read = async <T>(kind: ReportKind, reader: ReportReader<T>) => {
    const path = declared[kind];
    if (path === undefined) return undefined;
    const result = await collectReport({
      ...options,
      kind,
      path,
      maxBytes: MAX_BYTES[kind],
      reader,
    });
    if (result.type === 'read') return result;
    collected.unreadable.add(kind);
    if (result.type === 'malformed') {
      collected.problems.push(...describeMalformed(kind, path, result.error));
    } else if (options.commandSucceeded) {
      collected.problems.push(
        `The ${kind} report ${path} is missing: the command did not write it; let it write the file, or correct the path under 'reports.${kind}'`,
      );
    }
    return undefined;
  };

  const junit = await read('junit', createJunitReader());
  if (junit) {
    const { testCases, ...counts } = junit.report;
    collected.testCases = testCases;
    collected.summaries.push({ kind: 'junit', ...fileOf(junit), ...counts });
    if (!options.commandSucceeded) {
      collected.problems.push(...describeFailedTests(testCases));
    }
  }
  const metrics = await read('metrics', createMetricsReader());
  if (metrics) {
    collected.metrics = metrics.report;
    collected.summaries.push({
      kind: 'metrics',
      ...fileOf(metrics),
      metrics: metrics.report.length,
    });
  }
  const predictions = await read('predictions', createPredictionsReader());
  if (predictions) {
    collected.summaries.push({
      kind: 'predictions',
      ...fileOf(predictions),
      ...predictions.report,
    });
  }
  return collected;
}

function fileOf({ path, digest }: { path: string; digest: string }) {
  return { path, digest };
}

function describeMalformed(
  kind: ReportKind,
  path: string,
  { problems }: MalformedReportError,
): string[] {
  return problems.map(({ line, column, message }) => {
    const place =
      (line === undefined ? '' : `, line ${line}`) +
      (column === undefined ? '' : `, column ${column}`);
    return `The ${kind} report ${path} cannot be read${place}: ${message}`;
  });
}

function describeFailedTests(testCases: TestCase[]): string[] {
  const failed = testCases.filter(
    ({ status }) => status === 'failed' || status === 'errored',
  );
  if (failed.length === 0) return [];
  const names = failed.slice(0, SHOWN_TESTS).map(({ name }) => name);
  const more = failed.length - names.length;
  return [
    `${failed.length} of ${testCases.length} tests failed: ${names.join(', ')}${
      more > 0 ? ` and ${more} more` : ''
    }`,
  ];
}
