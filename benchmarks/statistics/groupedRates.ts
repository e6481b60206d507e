import { compareScores } from '../../plugins/model-ci-backend/src/statistics/compareScores';
import { rateEvidence } from '../../plugins/model-ci-backend/src/statistics/rateEvidence';
import {
  COVERAGE_COLUMNS,
  coverageCells,
  coverageOf,
  limitsOf,
  printHeader,
  printRow,
} from './coverage';
import { bernoulli, beta, uniform, type Random } from './sampling';

interface Kind {
  name: string;
  /** The mean of the rates of all groups. */
  truth: number;
  /** The rate of one group. */
  rateOf(random: Random): number;
}

/** A share of all groups is right less often than the others, or never. */
function rare(share: number, right: number, others: number): Kind {
  const { format } = new Intl.NumberFormat('en', { style: 'percent' });
  return {
    name: `${format(share)} of the groups ${
      right === 0 ? 'all wrong' : `right in ${format(right)}`
    }`,
    truth: (1 - share) * others + share * right,
    rateOf: random => (uniform(random) < share ? right : others),
  };
}

function betas(a: number, b: number): Kind {
  return {
    name: `rates of a beta distribution (${a}, ${b})`,
    truth: a / (a + b),
    rateOf: random => beta(random, a, b),
  };
}

const RATES: Array<[count: number, size: number, kind: Kind]> = [
  [11, 91, rare(0.05, 0, 0.999)],
  [20, 50, rare(0.05, 0, 0.999)],
  [20, 50, rare(0.03, 0, 0.998)],
  [50, 20, rare(0.02, 0, 0.999)],
  [50, 20, rare(0.05, 0.5, 0.99)],
  [100, 20, rare(0.1, 0.7, 0.98)],
  [200, 10, rare(0.02, 0.3, 0.99)],
  [20, 50, betas(9, 0.5)],
  [50, 20, betas(9, 0.5)],
  [200, 10, betas(9, 0.5)],
  [500, 10, betas(9, 0.5)],
  [20, 50, betas(19, 1)],
  [50, 20, betas(7, 3)],
  [20, 20, betas(2, 2)],
];

/** Share of groups that a candidate loses altogether; elsewhere it answers 2 % anew. */
const LOST: Array<[count: number, size: number, share: number]> = [
  [20, 50, 0.05],
  [50, 20, 0.02],
  [200, 10, 0.01],
];
const RIGHT = 0.9;

function evenGroups(count: number, size: number) {
  const of = Int32Array.from({ length: count * size }, (_, i) =>
    Math.floor(i / size),
  );
  return { of, count };
}

export function groupedRates(trials: number): void {
  printHeader(['rate', 'groups', 'of', 'truth', ...COVERAGE_COLUMNS]);
  for (const [count, size, { name, truth, rateOf }] of RATES) {
    const groups = evenGroups(count, size);
    const coverage = coverageOf(trials, truth, random => {
      const rates = Array.from({ length: count }, () => rateOf(random));
      const scores = Float64Array.from(groups.of, group =>
        bernoulli(random, rates[group]),
      );
      return limitsOf(rateEvidence(scores, groups));
    });
    const cells = coverageCells(coverage);
    printRow([name, count, size, truth.toPrecision(3), ...cells]);
  }
  for (const [count, size, share] of LOST) {
    const groups = evenGroups(count, size);
    const coverage = coverageOf(trials, -share * RIGHT, random =>
      limitsOf(losing(random, groups, share)),
    );
    printRow([
      `difference: ${100 * share} % of the groups lost`,
      count,
      size,
      (-share * RIGHT).toPrecision(2),
      ...coverageCells(coverage),
    ]);
  }
}

function losing(
  random: Random,
  groups: ReturnType<typeof evenGroups>,
  share: number,
) {
  const isLost = Array.from(
    { length: groups.count },
    () => uniform(random) < share,
  );
  const baseline = Float64Array.from(groups.of, () => bernoulli(random, RIGHT));
  const candidate = baseline.map((right, i) => {
    if (isLost[groups.of[i]]) {
      return 0;
    }
    return uniform(random) < 0.02 ? bernoulli(random, RIGHT) : right;
  });
  return compareScores(
    {
      baseline,
      candidate,
      better: 'higher',
      groups,
      range: { min: 0, max: 1 },
    },
    { seed: random.next(), resamples: 2000 },
  );
}
