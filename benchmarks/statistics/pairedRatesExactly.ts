import { normalQuantile } from '../../plugins/model-ci-backend/src/statistics/distributions/normal';
import {
  CONTINUITY,
  tangoStatistic,
} from '../../plugins/model-ci-backend/src/statistics/tango';
import { LEVEL, percent, printHeader, printRow } from './coverage';

const DIFFERENCES = [
  -0.2, -0.1, -0.05, -0.02, -0.01, -0.005, 0, 0.02, 0.05, 0.1, 0.2,
];
const CHANGED = [
  0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8,
];

/** The error of one side of Tango's interval, from the probability of each possible table: no trials, no noise. */
export function pairedRatesExactly(): void {
  printHeader([
    'n',
    'uncorrected: worst',
    'above 2.5 %',
    'corrected: worst',
    'above 2.5 %',
    'of combinations',
  ]);
  for (const n of [20, 50, 100, 200]) {
    const plain = errorsOf(n, 0);
    const corrected = errorsOf(n, CONTINUITY);
    printRow([
      n,
      ...[plain, corrected].flatMap(errors => [
        percent(Math.max(...errors)),
        errors.filter(error => error > LEVEL).length,
      ]),
      plain.length,
    ]);
  }
}

/** P(the lower limit lies above the true difference), for each combination that is possible. */
function errorsOf(n: number, correction: number): number[] {
  const logFactorials = [0];
  for (let i = 1; i <= n; i += 1) {
    logFactorials.push(logFactorials[i - 1] + Math.log(i));
  }
  const z = normalQuantile(1 - LEVEL);
  return DIFFERENCES.flatMap(difference => {
    const rejected = tablesOf(n).filter(
      table => tangoStatistic(table, difference, correction) > z,
    );
    return CHANGED.filter(changed => changed >= Math.abs(difference)).map(
      changed => {
        const gain = (changed + difference) / 2;
        const rates = [gain, changed - gain, 1 - changed];
        return rejected.reduce((sum, { gained, lost }) => {
          const counts = [gained, lost, n - gained - lost];
          const log = counts.reduce(
            (total, count, i) =>
              total +
              (count === 0 ? 0 : count * Math.log(rates[i])) -
              logFactorials[count],
            logFactorials[n],
          );
          return sum + Math.exp(log);
        }, 0);
      },
    );
  });
}

function tablesOf(n: number) {
  const tables: Array<{ gained: number; lost: number; examples: number }> = [];
  for (let gained = 0; gained <= n; gained += 1) {
    for (let lost = 0; gained + lost <= n; lost += 1) {
      tables.push({ gained, lost, examples: n });
    }
  }
  return tables;
}
