/** One value of a curve, or that there is none at a step: `NaN` and infinite numbers are gaps. */
export interface CurvePoint {
  /** How many values of the curve came before it. */
  index: number;
  step: number;
  value?: number;
  epoch?: number;
  /** Seconds; since 1970, or since the start if that is how they were written. */
  time?: number;
  /** Of the values that the point stands for, where it stands for several. */
  mean?: number;
}

/** Neighbouring values, of which the extremes are kept. */
interface Bucket {
  low?: CurvePoint;
  high?: CurvePoint;
  /** The first one. */
  gap?: CurvePoint;
  mean: number;
  values: number;
  /** Gaps too. */
  count: number;
}

/**
 * The values of one metric as they come, in bounded memory: of neighbouring values the lowest and the highest are kept,
 * so that no peak is lost, with their mean for those who smooth. The first and the last value stay exact.
 */
export class Curve {
  count = 0;
  gaps = 0;
  first: CurvePoint | undefined;
  last: CurvePoint | undefined;
  /** How many values become one bucket; doubles whenever there are too many buckets. */
  #width = 1;
  #buckets: Bucket[] = [];

  /** `maxBuckets` is asked each time, since curves that come later leave less to each. */
  constructor(private readonly maxBuckets: () => number) {}

  add(point: Omit<CurvePoint, 'index' | 'mean'>): void {
    const added = { ...point, index: this.count };
    this.count += 1;
    this.gaps += point.value === undefined ? 1 : 0;
    this.first ??= added;
    this.last = added;
    const bucket = bucketOf(added);
    const open = this.#buckets.at(-1);
    if (open && open.count < this.#width) {
      this.#buckets[this.#buckets.length - 1] = merge(open, bucket);
    } else {
      this.#buckets.push(bucket);
      this.#shrink();
    }
  }

  /** In the order of writing. */
  points(): CurvePoint[] {
    this.#shrink();
    const kept = new Map<number, CurvePoint>();
    for (const bucket of this.#buckets) {
      const mean = bucket.values > 2 ? { mean: bucket.mean } : {};
      for (const point of [bucket.low, bucket.high]) {
        if (point) kept.set(point.index, { ...point, ...mean });
      }
      if (bucket.gap) kept.set(bucket.gap.index, bucket.gap);
    }
    for (const end of [this.first, this.last]) {
      if (end && !kept.has(end.index)) kept.set(end.index, end);
    }
    return [...kept.values()].sort((a, b) => a.index - b.index);
  }

  #shrink(): void {
    while (this.#buckets.length > this.maxBuckets()) {
      const merged: Bucket[] = [];
      for (let at = 0; at < this.#buckets.length; at += 2) {
        const next = this.#buckets.at(at + 1);
        const bucket = this.#buckets[at];
        merged.push(next ? merge(bucket, next) : bucket);
      }
      this.#buckets = merged;
      this.#width *= 2;
    }
  }
}

function bucketOf(point: CurvePoint): Bucket {
  return point.value === undefined
    ? { gap: point, mean: 0, values: 0, count: 1 }
    : { low: point, high: point, mean: point.value, values: 1, count: 1 };
}

function merge(a: Bucket, b: Bucket): Bucket {
  const values = a.values + b.values;
  return {
    low: extreme(a.low, b.low, (x, y) => y < x),
    high: extreme(a.high, b.high, (x, y) => y > x),
    gap: a.gap ?? b.gap,
    // In parts, since the sum of large numbers may have no bounds.
    mean:
      values > 0
        ? a.mean * (a.values / values) + b.mean * (b.values / values)
        : 0,
    values,
    count: a.count + b.count,
  };
}

function extreme(
  a: CurvePoint | undefined,
  b: CurvePoint | undefined,
  isFurther: (a: number, b: number) => boolean,
): CurvePoint | undefined {
  if (a?.value === undefined || b?.value === undefined) {
    return a ?? b;
  }
  return isFurther(a.value, b.value) ? b : a;
}
