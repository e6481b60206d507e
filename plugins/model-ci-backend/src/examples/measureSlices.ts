import { jackknifeError } from './jackknife';
import { keepColumns } from './keepColumns';
import { asMetric, metricOf } from './metrics';
import { SCORE, type ExampleSet, type Labels } from './types';

/** A metric of a part of the examples. */
export interface SliceMetric {
  metric: string;
  /** Such as `age=65+`. */
  slice: string;
  value: number;
  stderr?: number;
  n: number;
}

export interface MeasuredSlices {
  metrics: SliceMetric[];
  slices: number;
  /** Smaller slices than those that were measured. */
  leftOut: number;
}

/** Of one example set. Not configurable: more parts than this nobody looks at, and each is rows of the database. */
const MAX_SLICES = 200;
const MAX_METRICS = 8;
/** Where nobody has named a metric that the examples give. */
const DEFAULTS = ['accuracy', 'rmse', 'mae'];

interface Slice {
  name: string;
  rows: Int32Array;
}

/**
 * Measures the slices of an example set by the metrics that were asked for and that its examples give, by its score, and
 * by the usual ones if there is none of these.
 */
export async function measureSlices(
  examples: ExampleSet,
  wanted: readonly string[],
): Promise<MeasuredSlices> {
  const set = keepColumns(examples);
  const found = (await Promise.all(set.slices.map(name => slicesOf(set, name))))
    .flat()
    .sort((a, b) => b.rows.length - a.rows.length);
  const slices = found.slice(0, MAX_SLICES);
  const metrics: SliceMetric[] = [];
  const names = slices.length > 0 ? await metricsOf(set, wanted) : [];
  for (const slice of slices) {
    for (const metric of names) {
      const measured = await measure(set, metric, slice);
      metrics.push(...(measured ? [measured] : []));
    }
  }
  return {
    metrics,
    slices: slices.length,
    leftOut: found.length - slices.length,
  };
}

async function metricsOf(
  set: ExampleSet,
  wanted: readonly string[],
): Promise<string[]> {
  const asked = await given(set, [...new Set([...wanted, SCORE])]);
  return asked.length > 0
    ? asked.slice(0, MAX_METRICS)
    : (await given(set, DEFAULTS)).slice(0, 2);
}

async function given(set: ExampleSet, names: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) {
    const { type } = await metricOf(set, name);
    found.push(...(type === 'none' ? [] : [name]));
  }
  return found;
}

async function slicesOf(set: ExampleSet, name: string): Promise<Slice[]> {
  const labels = await set.slice(name);
  if (!labels) {
    return [];
  }
  const rows = labels.names.map((): number[] => []);
  labels.codes.forEach((code, row) => {
    if (code >= 0) {
      rows[code].push(row);
    }
  });
  return labels.names.map((value, code) => ({
    name: `${name}=${value}`,
    rows: Int32Array.from(rows[code]),
  }));
}

async function measure(
  set: ExampleSet,
  name: string,
  slice: Slice,
): Promise<SliceMetric | undefined> {
  const found = await metricOf(set, name, slice.rows);
  if (found.type === 'none') {
    return undefined;
  }
  const metric = asMetric(found);
  const n = slice.rows.length;
  const value = metric(new Float64Array(n).fill(1));
  if (!Number.isFinite(value)) {
    return undefined;
  }
  const groups = labelsAt(await set.group(), slice.rows);
  const stderr = await jackknifeError(metric, n, groups);
  return { metric: name, slice: slice.name, value, stderr, n };
}

/** An example without a group is one of its own. */
function labelsAt(
  labels: Labels | undefined,
  rows: Int32Array,
): string[] | undefined {
  return (
    labels &&
    Array.from(rows, row => {
      const code = labels.codes[row];
      return code < 0 ? `row ${row}` : `group ${code}`;
    })
  );
}
