import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { Masks } from '../../masking/Masks';
import type { JsonPlace, JsonScalar } from './JsonScanner';
import { MAX_METRICS, MetricList, type MetricsReport } from './MetricList';
import { malformed, type ReportReader } from './ReportReader';
import { walkScalars } from './walkScalars';

/** What `results_*.json` says. */
export interface LmEvalResults extends MetricsReport {
  type: 'results';
  /** By task: prompt, data and targets of its samples. */
  taskHashes: Map<string, string>;
}

/** Of each section. Not configurable: a file of as many metrics as are kept, with their errors, has half of it. */
const MAX_ENTRIES = 4 * MAX_METRICS;
/** Of what is kept of one entry. Not configurable: names of metrics are far shorter. */
const MAX_TEXT = 1000;

interface Result {
  task: string;
  metric: string;
  filter: string;
  /** Undefined if it is no finite number. */
  value: number | undefined;
  /** Whether it stands for a number. */
  isMeasure: boolean;
  place: JsonPlace;
}

/** Reads what lm-evaluation-harness measured: `acc,none` and so on, each with standard error, n and direction. */
export function createLmEvalResultsReader(
  masks = Masks.none,
): ReportReader<LmEvalResults> {
  const results = new Map<string, Result>();
  const directions = new Map<string, boolean>();
  const counts = new Map<string, number>();
  const taskHashes = new Map<string, string>();
  const list = new MetricList();
  let hasResults = false;

  const walk = walkScalars((path, value, place) => {
    const [section, task = '', name] = path.map(String);
    switch (section) {
      case 'results':
        hasResults = true;
        addResult(results, list, { task, name, value, place });
        break;
      case 'higher_is_better':
        if (value.type === 'boolean') {
          keep(directions, keyOf(task, name), value.value, { section, place });
        }
        break;
      case 'n-samples':
        if (name === 'effective' && value.type === 'number') {
          keep(counts, task, value.value, { section, place });
        }
        break;
      case 'task_hashes':
        if (value.type === 'string') {
          keep(taskHashes, task, value.value, { section, place });
        }
        break;
      default:
    }
  }, masks);

  return {
    write: walk.write,
    end() {
      walk.end();
      if (!hasResults) {
        throw malformed(reason('report.lmEvalShape'));
      }
      for (const result of results.values()) {
        if (!result.metric.endsWith('_stderr')) {
          const { task, metric, filter } = result;
          const stderr = results.get(keyOf(task, `${metric}_stderr`, filter));
          addMetric(list, result, {
            stderr: stderr?.value,
            n: wholeNumber(counts.get(task)),
            higherIsBetter: directions.get(keyOf(task, metric)),
          });
        }
      }
      return { type: 'results', taskHashes, ...list.finish() };
    },
  };
}

/** `acc,none`: a metric and the filter that the answers went through. Other texts of a task name and describe it. */
function addResult(
  results: Map<string, Result>,
  list: MetricList,
  found: { task: string; name?: string; value: JsonScalar; place: JsonPlace },
): void {
  const { task, name = '', value, place } = found;
  const comma = name.indexOf(',');
  if (comma > 0) {
    const metric = name.slice(0, comma);
    const filter = name.slice(comma + 1);
    const result: Result = {
      task,
      metric,
      filter,
      value: numberOf(value),
      isMeasure: value.type === 'unmeasured' || value.type === 'number',
      place,
    };
    keep(results, keyOf(task, metric, filter), result, {
      section: 'results',
      place,
    });
  } else if (!['name', 'alias', 'sample_len'].includes(name)) {
    list.leftOut += 1;
  }
}

/** Refuses what does not end before it fills the memory. */
function keep<T>(
  entries: Map<string, T>,
  key: string,
  value: T,
  { section, place }: { section: string; place: JsonPlace },
): void {
  const length = key.length + (typeof value === 'string' ? value.length : 0);
  if (length > MAX_TEXT) {
    throw malformed(reason('report.longText', { max: MAX_TEXT }), place);
  }
  entries.set(key, value);
  if (entries.size > MAX_ENTRIES) {
    throw malformed(
      reason('report.lmEvalMany', { section, max: MAX_ENTRIES }),
      place,
    );
  }
}

function addMetric(
  list: MetricList,
  { task, metric, filter, value, isMeasure, place }: Result,
  rest: { stderr?: number; n?: number; higherIsBetter?: boolean },
): void {
  const name = list.name(
    `${task}.${scoreName(metric, filter)}`,
    place,
    'metric',
  );
  if (name === undefined) {
    return;
  }
  if (value !== undefined) {
    list.add({ metric: name, value, ...rest }, place);
  } else if (isMeasure) {
    list.add({ metric: name, notMeasured: true, ...rest }, place);
  } else {
    list.leftOut += 1;
  }
}

/** What a score is called; the filter that does nothing goes without saying. */
export function scoreName(metric: string, filter: string): string {
  return filter === 'none' ? metric : `${metric},${filter}`;
}

function keyOf(...parts: string[]): string {
  return JSON.stringify(parts);
}

function numberOf(value: JsonScalar): number | undefined {
  return value.type === 'number' && Number.isFinite(value.value)
    ? value.value
    : undefined;
}

function wholeNumber(value: number | undefined): number | undefined {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0
    ? value
    : undefined;
}
