/** The backend that is killed: keeps a number of runs under way, until it is told to let them end. */
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { BackendFeature } from '@backstage/backend-plugin-api';
import docker from '@model-ci/backstage-plugin-model-ci-backend-module-docker';
import kubernetes from '@model-ci/backstage-plugin-model-ci-backend-module-kubernetes';
import processes from '@model-ci/backstage-plugin-model-ci-backend-module-process';
import s3 from '@model-ci/backstage-plugin-model-ci-backend-module-s3';
import slurm from '@model-ci/backstage-plugin-model-ci-backend-module-slurm';
import type { Knex } from 'knex';
import { openDatabase } from '../realEngine';
import { PIPELINE_REF, startReplica } from '../replica';
import { configOf } from './config';
import type { BackendMessage, BackendOptions } from './load';

const LOOK_MS = 100;
const MODULES: BackendFeature[] = [docker, kubernetes, processes, s3, slurm];

async function main(options: BackendOptions): Promise<void> {
  const db = await openDatabase({
    ...options,
    file: join(options.folder, 'model-ci.sqlite'),
  });
  const { client, port, stop } = await startReplica({
    db,
    config: configOf(options),
    files: { 'model-pipeline.yaml': options.definition },
    features: MODULES,
  });
  let draining = false;
  process.on('message', () => {
    draining = true;
  });
  process.on('SIGTERM', () => {
    stop().finally(() => process.exit());
  });
  // Whoever started this is gone
  process.on('disconnect', () => process.exit());
  tell({ type: 'up', port });
  // One that is killed leaves nothing for the next otherwise
  flushCompileCache();
  while (!draining || !(await isIdle(db))) {
    const underWay = await countUnderWay(db);
    if (!draining && underWay < options.runsUnderWay) {
      const { id } = await client.startRun(PIPELINE_REF, {});
      tell({ type: 'started', runId: id });
    } else {
      await pause(LOOK_MS);
    }
  }
  await stop();
  await db.destroy();
  process.exit();
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
