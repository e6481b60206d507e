/** Curves of one stage. Not configurable: more than anybody looks at; further ones are left out and counted. */
const MAX_CURVES = 400;
/** Buckets of one curve: two for each pixel's width of a usual chart. */
const MAX_BUCKETS = 400;
/** Buckets of all curves of a stage, which bounds memory and rows of the database. */
const MAX_ALL_BUCKETS = 20_000;

/** How much is kept of the series of one stage, shared by all its files. */
export class CurveBudget {
  #curves = 0;

  /** Whether one more curve may be kept. */
  take(): boolean {
    if (this.#curves >= MAX_CURVES) {
      return false;
    }
    this.#curves += 1;
    return true;
  }

  giveBack(curves: number): void {
    this.#curves -= curves;
  }

  get buckets(): number {
    return Math.min(
      MAX_BUCKETS,
      Math.floor(MAX_ALL_BUCKETS / Math.max(1, this.#curves)),
    );
  }
}
