import {
  COVERAGE_COLUMNS,
  coverageCells,
  coverageOf,
  limitsOf,
  printHeader,
  printRow,
} from './coverage';
import { uniform, type Random } from './sampling';

/** What changes between the versions: rates of examples gained and lost. */
const CHANGES = [
  { gained: 0.005, lost: 0.005 },
  { gained: 0.05, lost: 0.05 },
  { gained: 0.15, lost: 0.15 },
  { gained: 0.01, lost: 0.03 },
  { gained: 0.02, lost: 0.12 },
  { gained: 0, lost: 0.05 },
];

function counts(random: Random, n: number, rate: (typeof CHANGES)[number]) {
  let gained = 0;
  let lost = 0;
  for (let i = 0; i < n; i += 1) {
    const u = uniform(random);
    gained += u < rate.gained ? 1 : 0;
    lost += u >= rate.gained && u < rate.gained + rate.lost ? 1 : 0;
  }
  return { gained, lost, examples: n };
}

export function pairedRates(trials: number): void {
  printHeader(['gained, lost', 'n', ...COVERAGE_COLUMNS]);
  for (const rate of CHANGES) {
    for (const n of [20, 100, 500, 5000]) {
      const truth = rate.gained - rate.lost;
      const coverage = coverageOf(trials, truth, random =>
        limitsOf({ method: 'tango', ...counts(random, n, rate) }),
      );
      printRow([
        `${100 * rate.gained} %, ${100 * rate.lost} %`,
        n,
        ...coverageCells(coverage),
      ]);
    }
  }
}
