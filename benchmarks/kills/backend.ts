/** The backend that is killed: keeps a number of runs under way, until it is told to let them end. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import {
  createRealEngine,
  dockerExecutor,
  openDatabase,
  processExecutor,
} from '../realEngine';
import { pipeline, type BackendMessage, type LoadOptions } from './load';

const RUNS_UNDER_WAY = 6;
const LOOK_MS = 100;
/** Shorter than by default, so that what a killed backend left is cleaned up sooner. */
const LEASE_MS = 5_000;

async function main(options: LoadOptions): Promise<void> {
  const { folder, docker } = options;
  const db = await openDatabase({
    ...options,
    file: join(folder, 'model-ci.sqlite'),
  });
  const processes = processExecutor(folder, 8);
  // As the module does
  await processes.sweep(Date.now());
  const { engine, leave, start } = await createRealEngine({
    db,
    folder,
    files: { 'model-pipeline.yaml': pipeline(options) },
    executors: [processes, ...(docker ? [dockerExecutor(4)] : [])],
    config: { leaseDurationMs: LEASE_MS },
    onRunSucceeded: () => {},
  });
  let draining = false;
  process.on('message', () => {
    draining = true;
  });
  process.on('SIGTERM', () => {
    leave().finally(() => process.exit());
  });
  // Whoever started this is gone
  process.on('disconnect', () => process.exit());
  await engine.start();
  tell({ type: 'up' });
  while (!draining || !(await isIdle(db))) {
    const underWay = await countUnderWay(db);
    if (!draining && underWay < RUNS_UNDER_WAY) {
      tell({ type: 'started', runId: await start() });
    } else {
      await pause(LOOK_MS);
    }
  }
  await leave();
  await db.destroy();
  tell({ type: 'idle' });
  process.disconnect?.();
}

async function countUnderWay(db: Knex): Promise<number> {
  const [{ count }] = await db('runs')
    .whereIn('status', ['queued', 'running'])
    .count({ count: '*' });
  return Number(count);
}

async function isIdle(db: Knex): Promise<boolean> {
  const uncleaned = await db('attempts').whereNull('cleaned_at').first('id');
  const unannounced = await db('runs')
    .where({ status: 'succeeded' })
    .whereNull('announced_at')
    .first('id');
  return !uncleaned && !unannounced && (await countUnderWay(db)) === 0;
}

function tell(message: BackendMessage): void {
  process.send?.(message);
}

main(JSON.parse(process.argv[2])).catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
