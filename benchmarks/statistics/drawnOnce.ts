import {
  drawCounts,
  weighExamples,
} from '../../plugins/model-ci-backend/src/statistics/bootstrap/draw';
import { evidenceOfResults } from '../../plugins/model-ci-backend/src/statistics/bootstrap/bootstrapEvidence';
import { resamplesFor } from '../../plugins/model-ci-backend/src/statistics/bootstrap/resampling';
import type { Sample } from '../../plugins/model-ci-backend/src/statistics/bootstrap/sample';
import type { Bounds } from '../../plugins/model-ci-backend/src/statistics/bounds';
import type { Groups } from '../../plugins/model-ci-backend/src/statistics/groups';
import { seededRandom } from '../../plugins/model-ci-backend/src/statistics/random';
import { LEVEL, limitsOf } from './coverage';

/** Any; the tables were made with it. */
const SEED = 20_261_127;

/**
 * The limits of a bootstrap for one sample after the other, all of the same size. As in gates, the seed and so the examples
 * that are drawn are always the same; here they are drawn once, which leaves the metric to be computed.
 */
export function limitsOfSamples(
  examples: number,
  groups?: Groups,
): (metric: Sample['metric']) => Bounds {
  const units = groups?.count ?? examples;
  const drawn = Array.from({ length: resamplesFor(LEVEL, units) }, (_, b) => {
    const counts = new Float64Array(units);
    drawCounts(counts, seededRandom(SEED, b));
    const weights = groups ? new Float64Array(examples) : counts;
    if (groups) {
      weighExamples(weights, counts, groups);
    }
    return weights;
  });
  return metric => {
    const results = new Float64Array(drawn.length);
    for (let b = 0; b < drawn.length; b += 1) {
      results[b] = metric(drawn[b]);
    }
    return limitsOf(evidenceOfResults({ metric, examples, groups }, results));
  };
}
