import type { Bounds } from '../../plugins/model-ci-backend/src/statistics/bounds';
import { boundsAt } from '../../plugins/model-ci-backend/src/statistics/boundsAt';
import {
  isDefined,
  type Evidence,
  type Undefined,
} from '../../plugins/model-ci-backend/src/statistics/evidence';
import { trialRandom, type Random } from './sampling';

/** One side of a 95 % interval. */
export const LEVEL = 0.025;

export interface Coverage {
  /** The truth lay below the interval: at a margin just there, a wrong pass. */
  wrongPass: number;
  /** The truth lay above the interval: a wrong fail. */
  wrongFail: number;
  /** Median length of the interval. */
  width: number;
  /** Power: how far on the good side of the edge a version has to be to pass in 90 % of all cases. */
  passesFrom: number;
}

/** Of the power that is asked for. */
const POWER = 0.9;

/** How often the intervals of many trials miss the truth, on either side. */
export function coverageOf(
  trials: number,
  truth: number,
  trial: (random: Random) => Bounds,
): Coverage {
  let wrongPass = 0;
  let wrongFail = 0;
  const widths = new Float64Array(trials);
  const distances = new Float64Array(trials);
  for (let i = 0; i < trials; i += 1) {
    const { lower, upper } = trial(trialRandom(i));
    wrongPass += lower > truth ? 1 : 0;
    wrongFail += upper < truth ? 1 : 0;
    widths[i] = upper - lower;
    distances[i] = truth - lower;
  }
  return {
    wrongPass: wrongPass / trials,
    wrongFail: wrongFail / trials,
    width: widths.sort()[Math.floor(trials / 2)],
    passesFrom: distances.sort()[Math.ceil(POWER * trials) - 1],
  };
}

/** The limits that the portal would use; none where it says that there are none. */
export function limitsOf(evidence: Evidence | Undefined): Bounds {
  return isDefined(evidence)
    ? boundsAt(evidence, LEVEL)
    : { lower: -Infinity, upper: Infinity };
}

export function printHeader(columns: string[]): void {
  console.log(`| ${columns.join(' | ')} |`);
  console.log(`|${columns.map((_, i) => (i ? ' ---: ' : ' --- ')).join('|')}|`);
}

export function printRow(cells: Array<string | number>): void {
  console.log(`| ${cells.join(' | ')} |`);
}

export const COVERAGE_COLUMNS = [
  'wrong pass',
  'wrong fail',
  'holds',
  'width',
  '90 % pass from',
];

export function coverageCells(coverage: Coverage) {
  const { wrongPass, wrongFail, width, passesFrom } = coverage;
  return [
    percent(wrongPass),
    percent(wrongFail),
    percent(1 - wrongPass - wrongFail),
    length(width),
    length(passesFrom),
  ];
}

function length(value: number): string {
  if (!Number.isFinite(value)) {
    return 'none';
  }
  return value < 100 ? value.toPrecision(2) : value.toFixed(0);
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
