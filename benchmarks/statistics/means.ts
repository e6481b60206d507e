import { resamplesFor } from '../../plugins/model-ci-backend/src/statistics/bootstrap/resampling';
import { meanEvidence } from '../../plugins/model-ci-backend/src/statistics/meanEvidence';
import {
  COVERAGE_COLUMNS,
  coverageCells,
  coverageOf,
  LEVEL,
  limitsOf,
  printHeader,
  printRow,
} from './coverage';
import {
  bernoulli,
  draw,
  heavyTailed,
  normal,
  uniform,
  type Random,
} from './sampling';

const RANGE = { min: -1, max: 1 };

/** Differences of scores with a known mean. */
const SHAPES: Array<{
  name: string;
  mean: number;
  one(random: Random): number;
  range?: typeof RANGE;
}> = [
  { name: 'normal', mean: 0, one: normal },
  { name: 'uniform', mean: 0.5, one: uniform },
  {
    name: 'heavy tails (t, 3 degrees of freedom)',
    mean: 0,
    one: heavyTailed,
  },
  {
    name: 'exponential',
    mean: -1,
    one: random => Math.log(1 - uniform(random)),
  },
  {
    name: 'log-normal, negative',
    mean: -Math.exp(0.5),
    one: random => -Math.exp(normal(random)),
  },
  {
    name: 'equal but for 5 % that drop by up to 1',
    mean: -0.025,
    one: random => (bernoulli(random, 0.05) ? -uniform(random) : 0),
    range: RANGE,
  },
];

/** Student's t alone beside what the portal uses. */
export function means(trials: number): void {
  printHeader([
    'differences',
    'n',
    ...COVERAGE_COLUMNS.map(column => `t: ${column}`),
    ...COVERAGE_COLUMNS,
  ]);
  for (const { name, mean, one, range } of SHAPES) {
    for (const n of [20, 100]) {
      const resamples = resamplesFor(LEVEL, n, { kind: 'studentized' });
      const evidenceOf = (random: Random, trialSeed: number) =>
        meanEvidence(
          draw(n, () => one(random)),
          { range, resampling: { seed: trialSeed, resamples } },
        );
      const alone = coverageOf(trials, mean, random => {
        const evidence = meanEvidence(
          draw(n, () => one(random)),
          { resampling: { seed: 0, resamples: 0 } },
        );
        return evidence.method === 'constant'
          ? { lower: evidence.estimate, upper: evidence.estimate }
          : limitsOf(
              evidence.method === 'student-t'
                ? { ...evidence, studentized: undefined }
                : evidence,
            );
      });
      const ours = coverageOf(trials, mean, random =>
        limitsOf(evidenceOf(random, random.next())),
      );
      printRow([name, n, ...coverageCells(alone), ...coverageCells(ours)]);
    }
  }
}
