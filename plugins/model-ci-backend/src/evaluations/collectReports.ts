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
import { collectReport, type ReadReport } from './collectReport';
import type { Delivered } from './delivered';
import type { FindUpload } from './openCollected';
import { createJunitReader, MAX_TEST_CASES } from './reports/junit';
import { createMetricsReader } from './reports/metrics';
import { createPredictionsReader } from './reports/predictions';
import type {
  MalformedReportError,
  ReportReader,
} from './reports/ReportReader';
import { writeExampleSet } from '../examples/writeExampleSet';
import type {
  CollectedExampleSet,
  MeasuredMetric,
} from '../database/operations/results/types';

const MEGABYTE = 1024 * 1024;
const MAX_BYTES: Record<ReportKind, number> = {
  junit: 50 * MEGABYTE,
  metrics: 5 * MEGABYTE,
  predictions: 1024 * MEGABYTE,
};
/** Files of one kind, so that a folder of millions is no report. Not configurable: what is read is shown to people. */
const MAX_FILES = 1000;
const SHOWN_TESTS = 5;
const SHOWN_METRICS = 20;

export interface CollectedReports {
  summaries: ReportSummary[];
  testCases: TestCase[];
  /** Absent if there is no readable metrics report. */
  metrics?: MeasuredMetric[];
  exampleSets: CollectedExampleSet[];
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
  delivered?: Delivered;
  /** What the attempt has uploaded itself. */
  findUpload?: FindUpload;
}

/** Reads every declared report; an error in one does not hide those in another. */
export async function collectReports(
  options: CollectReportsOptions,
): Promise<CollectedReports> {
  const collected: CollectedReports = {
    summaries: [],
    testCases: [],
    exampleSets: [],
    unreadable: new Set(),
    problems: [],
  };
  const read = <T>(kind: ReportKind, createReader: () => ReportReader<T>) =>
    readKind({ ...options, kind, createReader }, collected);

  let tests = MAX_TEST_CASES;
  for (const { report, ...file } of await read('junit', () =>
    createJunitReader({ maxTestCases: tests }),
  )) {
    const { testCases, ...counts } = report;
    tests -= testCases.length;
    collected.testCases.push(...testCases);
    collected.summaries.push({ kind: 'junit', ...file, ...counts });
  }
  if (!options.commandSucceeded) {
    collected.problems.push(...describeFailedTests(collected.testCases));
  }
  const metrics = await read('metrics', createMetricsReader);
  for (const { report, ...file } of metrics) {
    collected.summaries.push({
      kind: 'metrics',
      ...file,
      metrics: report.length,
    });
  }
  if (metrics.length > 0) {
    const { values, problems } = mergeMetrics(metrics);
    collected.metrics = values;
    collected.problems.push(...problems);
  }
  for (const { report, ...file } of await read(
    'predictions',
    createPredictionsReader,
  )) {
    const { digest, count, idsDigest } = await writeExampleSet(
      report,
      options.store,
    );
    collected.summaries.push({
      kind: 'predictions',
      ...file,
      predictions: count,
    });
    collected.exampleSets.push({ digest, count, idsDigest });
  }
  return collected;
}

/** The files of all paths of a kind; what is wrong with them goes to the problems. */
async function readKind<T>(
  options: CollectReportsOptions & {
    kind: ReportKind;
    createReader(): ReportReader<T>;
  },
  collected: CollectedReports,
): Promise<ReadReport<T>[]> {
  const { kind, stage, commandSucceeded } = options;
  const files = new Map<string, ReadReport<T>>();
  for (const path of [stage.definition.reports[kind] ?? []].flat()) {
    const result = await collectReport({
      ...options,
      path,
      maxBytes: MAX_BYTES[kind],
      maxFiles: MAX_FILES - files.size,
    });
    result.files.forEach(file => files.set(file.path, file));
    const problems = result.malformed.flatMap(({ path: file, error }) =>
      describeMalformed(kind, file, error),
    );
    const isMissing = result.files.length === 0 && problems.length === 0;
    if (isMissing && commandSucceeded) {
      problems.push(describeMissing(kind, path, result.notWritten));
    }
    if (isMissing || problems.length > 0) {
      collected.unreadable.add(kind);
    }
    collected.problems.push(...problems);
  }
  return [...files.values()];
}

function describeMissing(
  kind: ReportKind,
  path: string,
  notWritten: string | undefined,
): string {
  return notWritten === undefined
    ? `The ${kind} report ${path} is missing: the command did not write it; let it write the file, or correct the path under 'reports.${kind}'`
    : `The ${kind} report ${path} is missing: ${notWritten}; let the command write it`;
}

/** One metric on one data set has one value in a stage; of several the first is kept. */
function mergeMetrics(files: ReadReport<MeasuredMetric[]>[]): {
  values: MeasuredMetric[];
  problems: string[];
} {
  const seen = new Map<string, { path: string; value: MeasuredMetric }>();
  const problems: string[] = [];
  for (const { path, report } of files) {
    for (const value of report) {
      const key = JSON.stringify([value.metric, value.dataset]);
      const other = seen.get(key);
      if (!other) {
        seen.set(key, { path, value });
      } else if (problems.length < SHOWN_METRICS) {
        problems.push(describeRepeated(value, other.path, path));
      }
    }
  }
  return { values: [...seen.values()].map(({ value }) => value), problems };
}

function describeRepeated(
  { metric, dataset }: MeasuredMetric,
  first: string,
  second: string,
): string {
  const on = dataset === undefined ? '' : ` on ${dataset}`;
  return `${metric}${on} is reported in ${first} and in ${second}; report it once, or name different data sets`;
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
