/**
 * How many stages the engine finishes per second with an executor that does nothing, beside the jobs per second
 * of two job queues on the same PostgreSQL: one process, 64 at once, nothing batched by the caller.
 *
 *   MODEL_CI_BENCHMARK_POSTGRES=postgresql://… \
 *     node --require @backstage/cli/config/nodeTransform.cjs benchmarks/throughput.ts [rounds] [stages] [contender]
 *
 * Everything is queued, and the tables analyzed as autovacuum does in the long run, before the clock starts; it
 * stops when the last one has ended with all that follows.
 * What it makes lies in schemas of its own, which are dropped at the end.
 */
import { performance } from 'node:perf_hooks';
import { Logger, makeWorkerUtils, runMigrations, run } from 'graphile-worker';
import knexFactory, { type Knex } from 'knex';
import { PgBoss } from 'pg-boss';
import { onPostgres, onSqlite } from './databases';
import { createNoopEngine, stagesOf } from './noopEngine';

const AT_ONCE = 64;
const STAGES_PER_RUN = 100;

/** Answers how many per second. */
type Contender = (count: number) => Promise<number>;

function rate(count: number, since: number): number {
  return count / ((performance.now() - since) / 1000);
}

async function measureEngine(db: Knex, count: number): Promise<number> {
  const { engine, define, resize, start, until } = await createNoopEngine(db);
  const runs = Math.ceil(count / STAGES_PER_RUN);
  define(stagesOf(STAGES_PER_RUN, { chained: false }));
  await engine.start();
  // Without a node everything waits, ready to be claimed.
  await Promise.all(Array.from({ length: runs }, start));
  while (await db('runs').where({ status: 'queued' }).first('id')) {
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  if (db.client.config.client === 'pg') {
    await db.raw('analyze');
  }
  const before = performance.now();
  await resize(AT_ONCE);
  await until(runs);
  await engine.settled();
  const result = rate(runs * STAGES_PER_RUN, before);
  await engine.stop();
  return result;
}

/** Its workers poll at most twice a second, so this fetches and completes one job after the other instead. */
async function measurePgBoss(
  connection: string,
  count: number,
): Promise<number> {
  const boss = new PgBoss({
    connectionString: connection,
    schema: `pgboss_${process.pid}`,
    max: AT_ONCE,
    supervise: false,
    schedule: false,
  });
  boss.on('error', console.error);
  await boss.start();
  await boss.createQueue('noop');
  for (let queued = 0; queued < count; queued += 500) {
    await boss.insert(
      'noop',
      Array.from({ length: 500 }, () => ({ data: {} })),
    );
  }
  await analyze(connection);
  const before = performance.now();
  let done = 0;
  const work = async () => {
    for (;;) {
      const [job] = await boss.fetch('noop');
      if (!job) {
        return;
      }
      await boss.complete('noop', job.id);
      done++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const result = rate(done, before);
  await boss.stop({ graceful: false });
  return result;
}

async function measureGraphileWorker(
  connection: string,
  count: number,
): Promise<number> {
  const options = {
    connectionString: connection,
    schema: `graphile_worker_${process.pid}`,
    logger: new Logger(() => () => {}),
  };
  await runMigrations(options);
  const utils = await makeWorkerUtils(options);
  await utils.withPgClient(client =>
    client.query(
      `select ${options.schema}.add_job('noop', '{}'::json) from generate_series(1, $1)`,
      [count],
    ),
  );
  await utils.release();
  let done = 0;
  let finish = () => {};
  const finished = new Promise<void>(resolve => {
    finish = resolve;
  });
  await analyze(connection);
  const before = performance.now();
  const runner = await run({
    ...options,
    concurrency: AT_ONCE,
    maxPoolSize: AT_ONCE,
    noHandleSignals: true,
    taskList: {
      noop: async () => {
        done++;
        if (done === count) {
          finish();
        }
      },
    },
  });
  await finished;
  const result = rate(count, before);
  await runner.stop();
  return result;
}

async function dropSchemas(connection: string): Promise<void> {
  for (const name of ['pgboss', 'graphile_worker']) {
    await tell(connection, 'drop schema if exists ?? cascade', [
      `${name}_${process.pid}`,
    ]);
  }
}

async function analyze(connection: string): Promise<void> {
  await tell(connection, 'analyze', []);
}

async function tell(
  connection: string,
  statement: string,
  bindings: string[],
): Promise<void> {
  const db = knexFactory({ client: 'pg', connection });
  await db.raw(statement, bindings);
  await db.destroy();
}

async function main(): Promise<void> {
  const rounds = Number(process.argv[2] ?? 5);
  const count = Number(process.argv[3] ?? 5000);
  const only = process.argv[4];
  const connection = process.env.MODEL_CI_BENCHMARK_POSTGRES;
  if (!connection) {
    throw new Error('Set MODEL_CI_BENCHMARK_POSTGRES to a connection string');
  }
  const contenders: Record<string, Contender> = {
    'Model CI, PostgreSQL': async stages => {
      let result = 0;
      await onPostgres(connection, async db => {
        result = await measureEngine(db, stages);
      });
      return result;
    },
    'pg-boss': jobs => measurePgBoss(connection, jobs),
    'graphile-worker': jobs => measureGraphileWorker(connection, jobs),
    'Model CI, SQLite': async stages => {
      let result = 0;
      await onSqlite(async db => {
        result = await measureEngine(db, stages);
      });
      return result;
    },
  };
  const rates = new Map<string, number[]>();
  // The first round warms up and is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, contender] of Object.entries(contenders)) {
      if (only !== undefined && name !== only) {
        continue;
      }
      const result = await contender(count);
      await dropSchemas(connection);
      if (round > 0) {
        rates.set(name, [...(rates.get(name) ?? []), result]);
      }
    }
  }
  for (const [name, all] of rates) {
    const sorted = [...all].sort((a, b) => a - b);
    const [median, least, most] = [
      sorted[Math.floor(sorted.length / 2)],
      sorted[0],
      sorted[sorted.length - 1],
    ].map(number => number.toFixed(0));
    console.log(
      `${name}: ${median} per second (${least} to ${most} in ${rounds} rounds of ${count})`,
    );
  }
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
