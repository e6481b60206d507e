import { breathe } from './breathe';
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

/** Which example set, and the metrics that somebody has named. */
export interface SliceRequest {
  digest: string;
  count: number;
  wanted: readonly string[];
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

/** A value of a slice that examples have. */
interface Slice {
  labels: Labels;
  name: string;
  code: number;
  count: number;
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
  const { slices, leftOut } = await largestSlices(set);
  const metrics: SliceMetric[] = [];
  const names = slices.length > 0 ? await metricsOf(set, wanted) : [];
  for (const slice of slices) {
    const rows = rowsOf(slice);
    for (const metric of names) {
      const measured = await measure(set, metric, slice.name, rows);
      metrics.push(...(measured ? [measured] : []));
    }
  }
  return { metrics, slices: slices.length, leftOut };
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

/** Counts the examples of every slice, and holds no more of them than are measured. */
async function largestSlices(
  set: ExampleSet,
): Promise<{ slices: Slice[]; leftOut: number }> {
  let slices: Slice[] = [];
  let found = 0;
  for (const name of set.slices) {
    const labels = await set.slice(name);
    if (labels) {
      found += labels.names.length;
      slices = [...slices, ...largestOf(name, labels)]
        .sort((a, b) => b.count - a.count)
        .slice(0, MAX_SLICES);
    }
    await breathe();
  }
  return { slices, leftOut: found - slices.length };
}

/** The largest first, and of equally large ones the first. */
function largestOf(name: string, labels: Labels): Slice[] {
  const counts = new Int32Array(labels.names.length);
  labels.codes.forEach(code => {
    if (code >= 0) {
      counts[code] += 1;
    }
  });
  const largest = Int32Array.from(counts, (_, code) => code)
    .sort((a, b) => counts[b] - counts[a] || a - b)
    .subarray(0, MAX_SLICES);
  return Array.from(largest, code => ({
    labels,
    name: `${name}=${labels.names[code]}`,
    code,
    count: counts[code],
  }));
}

function rowsOf({ labels, code, count }: Slice): Int32Array {
  const rows = new Int32Array(count);
  let filled = 0;
  labels.codes.forEach((other, row) => {
    if (other === code) {
      rows[filled] = row;
      filled += 1;
    }
  });
  return rows;
}

async function measure(
  set: ExampleSet,
  name: string,
  slice: string,
  rows: Int32Array,
): Promise<SliceMetric | undefined> {
  const found = await metricOf(set, name, rows);
  if (found.type === 'none') {
    return undefined;
  }
  const metric = asMetric(found);
  const n = rows.length;
  const value = metric(new Float64Array(n).fill(1));
  if (!Number.isFinite(value)) {
    return undefined;
  }
  const groups = labelsAt(await set.group(), rows);
  const stderr = await jackknifeError(metric, n, groups);
  return { metric: name, slice, value, stderr, n };
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
