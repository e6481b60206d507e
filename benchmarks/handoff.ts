/**
 * How long the engine takes from one sequential stage to the next, with an executor that does nothing.
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/handoff.ts
 *
 * Runs on SQLite in a file, and on PostgreSQL where MODEL_CI_BENCHMARK_POSTGRES holds a connection string; what
 * it makes there lies in a schema of its own, which is dropped at the end.
 */
import type { Knex } from 'knex';
import { onPostgres, onSqlite } from './databases';
import { createNoopEngine, stagesOf } from './noopEngine';

const CHAIN = 40;
const CHAINS = 5;

async function measure(name: string, db: Knex): Promise<void> {
  const { engine, define, resize, start, until, submitted } =
    await createNoopEngine(db);
  define(stagesOf(CHAIN, { chained: true }));
  await engine.start();
  await resize(64);
  const handoffs: number[] = [];
  // The first chain warms up and is not counted.
  for (let round = 0; round <= CHAINS; round++) {
    const id = await start();
    await until(round + 1);
    if (round > 0) {
      const times = submitted(id);
      handoffs.push(...times.slice(1).map((time, i) => time - times[i]));
    }
  }
  handoffs.sort((a, b) => a - b);
  const quantile = (q: number) =>
    handoffs[Math.floor(q * handoffs.length)].toFixed(2);
  console.log(
    `${name}: hand-off of ${handoffs.length} sequential stages p50 ${quantile(
      0.5,
    )} ms, p95 ${quantile(0.95)} ms`,
  );
  await engine.settled();
  await engine.stop();
}

async function main(): Promise<void> {
  await onSqlite(db => measure('SQLite', db));
  const connection = process.env.MODEL_CI_BENCHMARK_POSTGRES;
  if (connection) {
    await onPostgres(connection, db => measure('PostgreSQL', db));
  } else {
    console.log(
      'PostgreSQL: not measured; set MODEL_CI_BENCHMARK_POSTGRES to a connection string',
    );
  }
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
