import type { Knex } from 'knex';
import type {
  RunSeries,
  TrainingCurve,
} from '@model-ci/backstage-plugin-model-ci-common';
import { listCurves } from '../database/operations/curves/listCurves';

/** Curves that are named in one answer. */
const MAX_CURVES = 5000;
/** Curves whose points are in one answer: more cannot be told apart in charts. */
const MAX_DRAWN = 100;

/** Answers how the training of runs went, or goes. */
export class SeriesService {
  readonly #db: Knex;

  constructor(options: { db: Knex }) {
    this.#db = options.db;
  }

  /** All curves of a run by name; those of the metrics that are asked for with their points. */
  async find(runId: string, metrics: string[]): Promise<RunSeries> {
    const [named, drawn] = await Promise.all([
      listCurves(this.#db, { runId, limit: MAX_CURVES + 1 }),
      metrics.length > 0
        ? listCurves(this.#db, { runId, metrics, limit: MAX_DRAWN + 1 })
        : [],
    ]);
    const points = new Map(
      drawn.slice(0, MAX_DRAWN).map(curve => [keyOf(curve), curve]),
    );
    return {
      curves: named
        .slice(0, MAX_CURVES)
        .map(curve => points.get(keyOf(curve)) ?? curve),
      more: named.length > MAX_CURVES || drawn.length > MAX_DRAWN,
    };
  }
}

function keyOf({ stage, instance, attempt, path, metric }: TrainingCurve) {
  return JSON.stringify([stage, instance, attempt, path, metric]);
}
