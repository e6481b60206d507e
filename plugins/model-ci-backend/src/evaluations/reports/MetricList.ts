import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { knownDirection } from '../metricDirection';
import type { MeasuredMetric } from '../../database/operations/results/types';
import type { JsonPlace } from './JsonScanner';
import {
  MalformedReportError,
  quote,
  type ReportProblem,
} from './ReportReader';
import { isVisible } from './visible';

/** Of one file, and of all files of a stage. Not configurable: more than any page can show side by side. */
export const MAX_METRICS = 1000;
const MAX_NAME = 200;
const MAX_PROBLEMS = 20;

/** What a metrics report holds. */
export interface MetricsReport {
  metrics: MeasuredMetric[];
  /** Values that are no metrics: texts, truth values, lists, null. */
  leftOut: number;
}

/** The metrics of one file, and what is wrong with them. */
export class MetricList {
  leftOut = 0;
  readonly #metrics: MeasuredMetric[] = [];
  readonly #seen = new Set<string>();
  readonly #problems: ReportProblem[] = [];

  add(metric: MeasuredMetric, place: JsonPlace): void {
    const key = metricKey(metric);
    if (this.#seen.has(key)) {
      this.problem(
        place,
        reason('report.metricTwice', { metric: describeMetric(metric) }),
      );
      return;
    }
    if (this.#seen.size >= MAX_METRICS) {
      this.problem(place, reason('report.metricsMany', { max: MAX_METRICS }));
      throw new MalformedReportError(this.#problems);
    }
    this.#seen.add(key);
    this.#metrics.push({
      ...metric,
      higherIsBetter: metric.higherIsBetter ?? knownDirection(metric.metric),
    });
  }

  /** Undefined, with a problem, if the text is no name. */
  name(
    name: string,
    place: JsonPlace,
    what: string,
    max = MAX_NAME,
  ): string | undefined {
    if (isName(name, max)) {
      return name;
    }
    this.problem(
      place,
      reason('report.badName', { name: quote(name), what, max }),
    );
    return undefined;
  }

  problem(place: Partial<JsonPlace>, why: Reason): void {
    if (this.#problems.length < MAX_PROBLEMS) {
      this.#problems.push({ ...place, reason: why });
    }
  }

  finish(): MetricsReport {
    if (this.#problems.length > 0) {
      throw new MalformedReportError(this.#problems.sort(byPlace));
    }
    return { metrics: this.#metrics, leftOut: this.leftOut };
  }
}

/** Identifies a value among those of one stage. */
export function metricKey(of: {
  metric: string;
  dataset?: string;
  slice?: string;
}): string {
  return JSON.stringify([of.metric, of.dataset ?? '', of.slice ?? '']);
}

/** A metric with what it was measured on. */
export function describeMetric(of: {
  metric: string;
  dataset?: string;
  slice?: string;
}): string {
  return [of.metric, of.dataset, of.slice]
    .filter(part => part !== undefined)
    .join(' · ');
}

function byPlace(a: ReportProblem, b: ReportProblem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

function isName(text: string, max: number): boolean {
  return (
    text.length <= max &&
    text.trim() !== '' &&
    text === text.trim() &&
    isVisible(text)
  );
}
