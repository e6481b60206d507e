import { resamplesFor } from '../../plugins/model-ci-backend/src/statistics/bootstrap/resampling';
import { indexGroups } from '../../plugins/model-ci-backend/src/statistics/groups';
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
import { normal, uniform, type Random } from './sampling';

/** Half of the variance is between groups. */
function grouped(random: Random, count: number, sizeOf: () => number) {
  const values: number[] = [];
  const names: string[] = [];
  for (let g = 0; g < count; g += 1) {
    const common = normal(random);
    for (let k = sizeOf(); k > 0; k -= 1) {
      values.push(common + normal(random));
      names.push(`${g}`);
    }
  }
  return { values: Float64Array.from(values), groups: indexGroups(names) };
}

export function groups(trials: number): void {
  printHeader([
    'groups',
    'G',
    'taken as independent: holds',
    ...COVERAGE_COLUMNS,
  ]);
  for (const unequal of [false, true]) {
    for (const count of [5, 10, 20, 50, 200]) {
      const sample = (random: Random) =>
        grouped(random, count, () =>
          unequal ? 1 + Math.floor(-10 * Math.log(1 - uniform(random))) : 10,
        );
      const resamplingOf = (random: Random, units: number) => ({
        seed: random.next(),
        resamples: resamplesFor(LEVEL, units, { kind: 'studentized' }),
      });
      const naive = coverageOf(trials, 0, random => {
        const { values } = sample(random);
        const resampling = resamplingOf(random, values.length);
        return limitsOf(meanEvidence(values, { resampling }));
      });
      const ours = coverageOf(trials, 0, random => {
        const { values, groups: index } = sample(random);
        const resampling = resamplingOf(random, count);
        return limitsOf(meanEvidence(values, { groups: index, resampling }));
      });
      printRow([
        unequal ? 'sizes from 1 to about 60' : 'of 10',
        count,
        coverageCells(naive)[2],
        ...coverageCells(ours),
      ]);
    }
  }
}
