import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { quote } from '../ReportReader';
import { isVisible } from '../visible';
import { Curve } from './Curve';
import type { CurveBudget } from './CurveBudget';

/** What one line or record says. */
export interface SeriesRow {
  /** Where the row says none, they are counted. */
  step?: number;
  epoch?: number;
  time?: number;
  /** NaN and infinite ones are gaps. */
  values: Array<[metric: string, value: number]>;
  /** Texts, truth values and lists. */
  leftOut: number;
}

/** What a series report holds so far. */
export interface Series {
  /** By metric, in the order of their first values. */
  curves: Map<string, Curve>;
  rows: number;
  /** Values that are no numbers. */
  leftOut: number;
  /** Metrics beyond those that are kept. */
  metricsLeftOut: number;
}

/** Not configurable: as long as names of metrics are elsewhere. */
export const MAX_METRIC_NAME = 200;
/** Names that are counted as left out, one by one. */
const MAX_LEFT_OUT = 10_000;

/** The curves of one file as its rows come. */
export class Curves implements Series {
  readonly curves = new Map<string, Curve>();
  rows = 0;
  leftOut = 0;
  readonly #others = new Set<string>();

  constructor(private readonly budget: CurveBudget) {}

  get metricsLeftOut(): number {
    return this.#others.size;
  }

  /** Takes a row, or answers what is wrong with it. */
  add({ values, leftOut, ...at }: SeriesRow): Reason | undefined {
    this.rows += 1;
    this.leftOut += leftOut;
    const place = { ...at, step: at.step ?? this.rows };
    for (const [metric, value] of values) {
      if (!isName(metric)) {
        return reason('report.badMetricName', {
          name: quote(metric),
          max: MAX_METRIC_NAME,
        });
      }
      this.#curveOf(metric)?.add(
        Number.isFinite(value) ? { ...place, value } : place,
      );
    }
    return undefined;
  }

  #curveOf(metric: string): Curve | undefined {
    const known = this.curves.get(metric);
    if (known) {
      return known;
    }
    if (!this.budget.take()) {
      if (this.#others.size < MAX_LEFT_OUT) this.#others.add(metric);
      return undefined;
    }
    const curve = new Curve(() => this.budget.buckets);
    this.curves.set(metric, curve);
    return curve;
  }
}

function isName(text: string): boolean {
  return (
    text.length <= MAX_METRIC_NAME && text.trim() !== '' && isVisible(text)
  );
}
