import type {
  Evaluation,
  MetricHistory,
} from '@model-ci/backstage-plugin-model-ci-common';

import type { CsvValue } from '../table/csv';
import type { SortKey } from '../table/sorting';

/** What is shown: registered versions, or every run that measured something. */
export type Scope = 'versions' | 'runs';

/** A metric's name, with its data set where it has one: one chart and one column each. */
export function historyKey(history: {
  metric: string;
  dataset?: string;
}): string {
  return history.dataset === undefined
    ? history.metric
    : `${history.metric} · ${history.dataset}`;
}

/** The points of a history that belong to the scope, oldest first. */
export function pointsInScope(
  history: MetricHistory,
  scope: Scope,
): Evaluation[] {
  return scope === 'runs'
    ? history.points
    : history.points.filter(point => point.version !== undefined);
}

/** Those first that a gate judges: on them it depends whether a version is let through. */
export function gatedFirst(histories: MetricHistory[]): MetricHistory[] {
  const isGated = ({ gate }: MetricHistory) =>
    gate?.min !== undefined || gate?.max !== undefined;
  return [
    ...histories.filter(isGated),
    ...histories.filter(history => !isGated(history)),
  ];
}

/** Whether a value keeps the limits of a gate. */
export function keepsGate(
  value: number | undefined,
  gate: MetricHistory['gate'],
): boolean {
  if (value === undefined) {
    return gate === undefined;
  }
  return (
    (gate?.min === undefined || value >= gate.min) &&
    (gate?.max === undefined || value <= gate.max)
  );
}

/** One run with everything that it measured, for the table below the charts. */
export interface EvaluationRow {
  runId: string;
  runNumber: number;
  version?: number;
  commit?: string;
  at: string;
  values: Map<string, Evaluation>;
}

/** Rows of the table, newest first. */
export function evaluationRows(
  histories: MetricHistory[],
  scope: Scope,
): EvaluationRow[] {
  const rows = new Map<string, EvaluationRow>();
  for (const history of histories) {
    for (const point of pointsInScope(history, scope)) {
      let row = rows.get(point.runId);
      if (!row) {
        const { runId, runNumber, version, commit, at } = point;
        row = { runId, runNumber, version, commit, at, values: new Map() };
        rows.set(runId, row);
      }
      row.values.set(historyKey(history), point);
    }
  }
  return [...rows.values()].sort((a, b) => b.runNumber - a.runNumber);
}

/** What the table is sorted by; other columns are metrics. */
export function rowSortKey(row: EvaluationRow, column: string): SortKey {
  switch (column) {
    case 'version':
      return row.version;
    case 'run':
      return row.runNumber;
    case 'commit':
      return row.commit;
    case 'at':
      return row.at;
    default:
      return row.values.get(column)?.value;
  }
}

/** Whether all words of a filter are in what names a row. */
export function matchesRow(row: EvaluationRow, filter: string): boolean {
  const version = row.version === undefined ? '' : `v${row.version}`;
  const text = [version, `#${row.runNumber}`, row.commit, row.at]
    .join('\n')
    .toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every(word => text.includes(word));
}

/** Where a version is known and used. */
export interface VersionPlaces {
  aliases: string[];
  /** Where it serves. */
  environments: string[];
}

/** Not translated: files are read by programs. */
export function rowsCsv(
  histories: MetricHistory[],
  rows: EvaluationRow[],
  placesOf: (version: number | undefined) => VersionPlaces,
): CsvValue[][] {
  const keys = histories.map(historyKey);
  return [
    [
      'version',
      'aliases',
      'environments',
      ...['run', 'run_id', 'commit'],
      ...keys,
      'measured_at',
    ],
    ...rows.map(row => [
      row.version,
      placesOf(row.version).aliases.join(' '),
      placesOf(row.version).environments.join(' '),
      row.runNumber,
      row.runId,
      row.commit,
      ...keys.map(key => row.values.get(key)?.value),
      row.at,
    ]),
  ];
}
