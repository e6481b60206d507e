import {
  reason,
  type Reason,
  type ReportKind,
  type ReportSummary,
  type StageDefinition,
  type TestCase,
} from '@model-ci/backstage-plugin-model-ci-common';
import type {
  ArtifactStore,
  Executor,
  Handle,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { ExampleColumns } from '../examples/ExampleColumns';
import { computeSlices, type MeasureSlices } from './computeSlices';
import { joinLmEval } from './collectLmEval';
import { collectSeries } from './collectSeries';
import { collectReport, type ReadReport } from './collectReport';
import { mergeMetrics, withDirections } from './mergeMetrics';
import type { Delivered } from './delivered';
import { Masks } from '../masking/Masks';
import type { FindUpload } from './openCollected';
import { createJunitReader } from './reports/junit';
import { createLmEvalReader, type LmEvalFile } from './reports/lmEval';
import { createMetricsReader, type MetricsReport } from './reports/metrics';
import { createPredictionsReader } from './reports/predictions';
import { CurveBudget } from './reports/series/CurveBudget';
import { createSeriesReader } from './reports/series/series';
import { TestBudget } from './reports/TestBudget';
import type {
  MalformedReportError,
  ReportReader,
} from './reports/ReportReader';
import { writeExampleSet } from '../examples/writeExampleSet';
import type {
  CollectedCurve,
  CollectedExampleSet,
  MeasuredMetric,
} from '../database/operations/results/types';

const MEGABYTE = 1024 * 1024;
const MAX_BYTES: Record<ReportKind, number> = {
  junit: 200 * MEGABYTE,
  metrics: 200 * MEGABYTE,
  predictions: 1024 * MEGABYTE,
  'lm-eval': 1024 * MEGABYTE,
  series: 1024 * MEGABYTE,
};
/** Files of one kind, so that a folder of millions is no report. Not configurable: what is read is shown to people. */
const MAX_FILES = 1000;
const SHOWN_TESTS = 5;

export interface CollectedReports {
  summaries: ReportSummary[];
  testCases: TestCase[];
  /** Absent if there is no readable metrics report. */
  metrics?: MeasuredMetric[];
  exampleSets: CollectedExampleSet[];
  /** Computed from the predictions, where the stage did not report them itself. */
  slices: MeasuredMetric[];
  /** Of training, from the series reports. */
  curves: CollectedCurve[];
  /** Declared, but missing or malformed. */
  unreadable: Set<ReportKind>;
  /** For the reason of a failed stage. */
  problems: Reason[];
}

interface CollectReportsOptions {
  stage: { definition: StageDefinition };
  executor: Pick<Executor, 'collect'>;
  handle: Handle;
  store: ArtifactStore;
  measureSlices: MeasureSlices;
  commandSucceeded: boolean;
  delivered?: Delivered;
  /** What the attempt has uploaded itself. */
  findUpload?: FindUpload;
  /** Of the secrets that the attempt was given. */
  masks?: Masks;
}

/** Reads every declared report; an error in one does not hide those in another. */
export async function collectReports(
  options: CollectReportsOptions,
): Promise<CollectedReports> {
  const collected: CollectedReports = {
    summaries: [],
    testCases: [],
    exampleSets: [],
    slices: [],
    curves: [],
    unreadable: new Set(),
    problems: [],
  };
  const { masks = Masks.none } = options;
  const read: Read = (kind, createReader) =>
    readKind(
      { ...options, kind, createReader, keep: async report => report },
      collected,
    );

  const tests = new TestBudget();
  for (const { report, ...file } of await read('junit', () =>
    createJunitReader(tests, masks),
  )) {
    const { testCases, ...counts } = report;
    for (const testCase of testCases) collected.testCases.push(testCase);
    collected.summaries.push({ kind: 'junit', ...file, ...counts });
  }
  if (!options.commandSucceeded) {
    collected.problems.push(...describeFailedTests(collected.testCases));
  }
  await collectMetrics(options, collected, read);
  await collectPredictions(options, collected);
  const budget = new CurveBudget();
  const { curves, summaries } = collectSeries(
    await read('series', path => createSeriesReader(path, budget, masks)),
  );
  collected.curves.push(...curves);
  collected.summaries.push(...summaries);
  return collected;
}

type Read = <T>(
  kind: ReportKind,
  createReader: (path: string) => ReportReader<T>,
) => Promise<ReadReport<T>[]>;

/** Of the metrics reports, and of lm-evaluation-harness, which brings examples as well. */
async function collectMetrics(
  options: CollectReportsOptions,
  collected: CollectedReports,
  read: Read,
): Promise<void> {
  const { store, stage, masks } = options;
  const reports = await read('metrics', () => createMetricsReader(masks));
  const harness = await readKind(
    {
      ...options,
      kind: 'lm-eval',
      createReader: path => createLmEvalReader(path, masks),
      // The examples of one task at a time: of all together they are more than memory holds.
      keep: report => storeSamples(report, store),
    },
    collected,
  );
  const { results, tasks, problems } = joinLmEval(harness);
  collected.summaries.push(
    ...reports.map(summarizeMetrics),
    ...harness.map(summarizeLmEval),
  );
  collected.problems.push(...problems);
  for (const { examples, ...task } of tasks) {
    collected.exampleSets.push({ ...examples, ...task });
  }
  if (reports.length + results.length > 0) {
    const merged = mergeMetrics([...reports, ...results]);
    collected.metrics = withDirections(
      merged.values,
      stage.definition.reports.directions ?? {},
    );
    collected.problems.push(...merged.problems);
  }
}

/** The examples of one file at a time: of all together they are more than memory holds. */
async function collectPredictions(
  options: CollectReportsOptions,
  collected: CollectedReports,
): Promise<void> {
  const files = await readKind(
    {
      ...options,
      kind: 'predictions',
      createReader: () => createPredictionsReader({ masks: options.masks }),
      keep: async report => ({
        set: await storeExamples(report, options.store),
        hasSlices: report.slices.size > 0,
      }),
    },
    collected,
  );
  for (const { report, ...file } of files) {
    const { values, ...slices } = await computeSlices({
      ...report,
      measure: options.measureSlices,
      definition: options.stage.definition,
      reported: collected.metrics ?? [],
    });
    collected.exampleSets.push(report.set);
    collected.slices.push(...values);
    collected.summaries.push({
      kind: 'predictions',
      ...file,
      predictions: report.set.count,
      ...slices,
    });
  }
}

function summarizeMetrics({
  report,
  ...file
}: ReadReport<MetricsReport>): ReportSummary {
  return {
    kind: 'metrics',
    ...file,
    metrics: report.metrics.length,
    ...(report.leftOut > 0 && { leftOut: report.leftOut }),
  };
}

function summarizeLmEval({
  report,
  ...file
}: ReadReport<LmEvalFile<CollectedExampleSet>>): ReportSummary {
  return {
    kind: 'lm-eval',
    ...file,
    ...(report.type === 'results'
      ? { metrics: report.metrics.length }
      : { examples: report.examples.count }),
  };
}

async function storeSamples(
  report: LmEvalFile,
  store: ArtifactStore,
): Promise<LmEvalFile<CollectedExampleSet>> {
  return report.type === 'results'
    ? report
    : { ...report, examples: await storeExamples(report.examples, store) };
}

async function storeExamples(
  examples: ExampleColumns,
  store: ArtifactStore,
): Promise<CollectedExampleSet> {
  const { digest, count, idsDigest } = await writeExampleSet(examples, store);
  return { digest, count, idsDigest };
}

/** The files of all paths of a kind; what is wrong with them goes to the problems. */
async function readKind<TRead, T>(
  options: CollectReportsOptions & {
    kind: ReportKind;
    createReader(path: string): ReportReader<TRead>;
    keep(report: TRead): Promise<T>;
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
  why: Reason | undefined,
): Reason {
  return why === undefined
    ? reason('report.missing', { kind, path })
    : reason('report.notWritten', { kind, path, why });
}

function describeMalformed(
  kind: ReportKind,
  path: string,
  { problems }: MalformedReportError,
): Reason[] {
  return problems.map(({ line, column, reason: problem }) => {
    const file = { kind, path, problem };
    if (line === undefined) {
      return reason('report.unreadable', file);
    }
    return column === undefined
      ? reason('report.unreadableAtLine', { ...file, line: String(line) })
      : reason('report.unreadableAtColumn', {
          ...file,
          line: String(line),
          column: String(column),
        });
  });
}

function describeFailedTests(testCases: TestCase[]): Reason[] {
  const failed = testCases.filter(
    ({ status }) => status === 'failed' || status === 'errored',
  );
  if (failed.length === 0) return [];
  const more = failed.length - SHOWN_TESTS;
  return [
    reason('report.testsFailed', {
      failed: failed.length,
      total: testCases.length,
      tests: [
        ...failed.slice(0, SHOWN_TESTS).map(({ name }) => name),
        ...(more > 0 ? [reason('gate.others', { count: more })] : []),
      ],
    }),
  ];
}
