import {
  clopperPearsonBounds,
  wilsonBounds,
} from '../../plugins/model-ci-backend/src/statistics/rate';
import {
  COVERAGE_COLUMNS,
  coverageCells,
  coverageOf,
  LEVEL,
  printHeader,
  printRow,
} from './coverage';
import { binomial } from './sampling';

export function rates(trials: number): void {
  printHeader([
    'rate',
    'n',
    ...COVERAGE_COLUMNS.map(column => `Wilson: ${column}`),
    ...COVERAGE_COLUMNS,
  ]);
  for (const rate of [0.01, 0.5, 0.9, 0.99, 0.999]) {
    for (const n of [20, 100, 1000]) {
      const [wilson, exact] = [wilsonBounds, clopperPearsonBounds].map(bounds =>
        coverageOf(trials, rate, random =>
          bounds(binomial(random, n, rate), n, LEVEL),
        ),
      );
      printRow([rate, n, ...coverageCells(wilson), ...coverageCells(exact)]);
    }
  }
}
