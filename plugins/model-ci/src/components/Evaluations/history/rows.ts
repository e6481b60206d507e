import type {
  HistoryPoint,
  PointVerdict,
} from '@model-ci/backstage-plugin-model-ci-common';
import { shownInterval } from '../../gates/shownInterval';
import type { CsvValue } from '../table/csv';
import type { SortKey } from '../table/sorting';

/** Columns of the table of a line, each with what it is sorted by and what a file has of it. */
export const HISTORY_COLUMNS = [
  'version',
  'run',
  'commit',
  'branch',
  'value',
  'n',
  'verdict',
  'data',
  'at',
] as const;

export type HistoryColumn = (typeof HISTORY_COLUMNS)[number];

export function sortKey(point: HistoryPoint, column: string): SortKey {
  switch (column) {
    case 'version':
      return point.version;
    case 'run':
      return point.runNumber;
    case 'commit':
      return point.commit;
    case 'branch':
      return point.branch;
    case 'value':
      return point.value;
    case 'n':
      return point.n;
    case 'verdict':
      return point.gate?.verdict;
    case 'data':
      return point.datasetDigest;
    default:
      return point.at;
  }
}

/** Whether all words of a filter are in what a row shows. */
export function matches(point: HistoryPoint, filter: string): boolean {
  const text = [
    point.version === undefined ? '' : `v${point.version}`,
    `#${point.runNumber}`,
    point.commit,
    point.branch,
    point.stage,
    ...(point.gate?.verdicts ?? []).map(writeVerdict),
    point.datasetDigest,
    point.at,
  ]
    .join('\n')
    .toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every(word => text.includes(word));
}

/** Not translated: files are read by programs. */
export function historyCsv(points: HistoryPoint[]): CsvValue[][] {
  return [
    [
      'version',
      'run',
      'run_id',
      'commit',
      'branch',
      'stage',
      'metric',
      'dataset',
      'dataset_digest',
      'environment',
      'instance',
      'slice',
      'value',
      'stderr',
      'lower_95',
      'upper_95',
      'n',
      'unit',
      'gate_min',
      'gate_max',
      'verdict',
      'gates',
      'measured_at',
    ],
    ...points.map(point => [
      point.version,
      point.runNumber,
      point.runId,
      point.commit,
      point.branch,
      point.stage,
      point.metric,
      point.dataset,
      point.datasetDigest,
      point.environment,
      point.instance,
      point.slice,
      point.value,
      point.stderr,
      point.interval?.lower,
      point.interval?.upper,
      point.n,
      point.unit,
      point.gate?.min,
      point.gate?.max,
      point.gate?.verdict,
      point.gate?.verdicts.map(writeVerdict).join('; '),
      point.at,
    ]),
  ];
}

/** `fail: baseline champion, margin 0.01, confidence 0.95, interval -0.05 to 0.02`. */
function writeVerdict(said: PointVerdict): string {
  const interval = shownInterval(said);
  const demand = Object.entries(said.demand).map(
    ([name, value]) => `${name} ${value}`,
  );
  const known =
    interval && `interval ${interval.lower ?? ''} to ${interval.upper ?? ''}`;
  return `${said.verdict}: ${[...demand, known].filter(Boolean).join(', ')}`;
}
