/**
 * How often the statistics of the gates are wrong, by simulation: data is drawn from a known truth again and again, and
 * each method is held to its promise. Seeded, so that the tables of docs/statistics.md come out again.
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/statistics.ts [table …] [--trials=10000]
 *
 * The tables are `means`, `groups`, `pairedRates`, `pairedRatesExactly`, `rates`, `groupedRates`, `bootstrap`, `few`, `families`, `instances`, `plans` and `speed`; all of them take
 * more than half an hour of one core.
 */
import { bootstrap } from './statistics/bootstrap';
import { families, instances } from './statistics/families';
import { few } from './statistics/few';
import { groupedRates } from './statistics/groupedRates';
import { groups } from './statistics/groups';
import { means } from './statistics/means';
import { pairedRates } from './statistics/pairedRates';
import { pairedRatesExactly } from './statistics/pairedRatesExactly';
import { plans } from './statistics/plans';
import { rates } from './statistics/rates';
import { speed } from './statistics/speed';

const TABLES: Record<string, (trials: number) => void> = {
  means,
  groups,
  pairedRates,
  pairedRatesExactly,
  rates,
  groupedRates,
  bootstrap,
  few,
  families,
  instances,
  plans,
  speed,
};
const DEFAULT_TRIALS = 10_000;

const args = process.argv.slice(2);
const trials = Number(
  args.find(arg => arg.startsWith('--trials='))?.split('=')[1] ??
    DEFAULT_TRIALS,
);
const named = args.filter(arg => !arg.startsWith('--'));
for (const name of named.length > 0 ? named : Object.keys(TABLES)) {
  console.log(`\n### ${name}\n`);
  TABLES[name](trials);
}
