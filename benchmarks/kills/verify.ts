import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { Knex } from 'knex';
import { FileSystemArtifactStore } from '../../plugins/model-ci-backend/src/storage/FileSystemArtifactStore';
import {
  expectedLog,
  STAGE_NAMES,
  startsFolder,
  type LoadOptions,
  type StageName,
} from './load';

const run = promisify(execFile);

export interface Evidence extends LoadOptions {
  db: Knex;
  /** Runs that a backend said it had recorded. */
  acknowledged: string[];
  /** Starts of containers as the Docker Engine itself told of them, as `run-stage`. */
  containerStarts: string[];
}

interface EndedAttempt {
  run: string;
  stage: StageName;
  number: number;
  status: string;
  reason: string | null;
  log_digest: string | null;
}

/** Everything that is wrong, in words; nothing else may be left of the runs than what is asked here. */
export async function findDefects(evidence: Evidence): Promise<{
  defects: string[];
  runs: number;
  stages: number;
  logBytes: number;
}> {
  const { db, folder } = evidence;
  const runs: Array<{ id: string; status: string; reason: string | null }> =
    await db('runs').select('id', 'status', 'reason');
  const attempts: EndedAttempt[] = await db('attempts')
    .join('stages', 'stages.id', 'attempts.stage_id')
    .select(
      'attempts.run_id as run',
      'stages.name as stage',
      'attempts.number',
      'attempts.status',
      'attempts.reason',
      'attempts.log_digest',
    );
  const known = new Set(runs.map(({ id }) => id));
  const defects = [
    ...evidence.acknowledged
      .filter(id => !known.has(id))
      .map(id => `run ${id} is lost`),
    ...runs
      .filter(({ status }) => status !== 'succeeded')
      .map(({ id, status, reason }) => `run ${id} is ${status}: ${reason}`),
    ...attempts
      .filter(({ number, status }) => number > 1 || status !== 'succeeded')
      .map(
        ({ run: id, stage, number, status, reason }) =>
          `attempt ${number} of ${stage} of ${id} is ${status}: ${reason}`,
      ),
    ...(await wrongStarts(evidence, [...known])),
    ...(await wrongResults(db, runs.length)),
    ...(await remains(evidence)),
  ];
  const store = await FileSystemArtifactStore.create({
    directory: join(folder, 'artifacts'),
  });
  let logBytes = 0;
  for (const { run: id, stage, log_digest: digest } of attempts) {
    if (digest === null) {
      defects.push(`an attempt of ${stage} of ${id} has no log`);
      continue;
    }
    const log = (await buffer(await store.open(digest))).toString();
    logBytes += log.length;
    // The portal names each command before the stage runs it.
    const written = log.replace(/^##\[model-ci\.command .*\n/gm, '');
    if (written !== expectedLog(id, stage)) {
      defects.push(`the log of ${stage} of ${id} is not what was written`);
    }
  }
  return { defects, runs: runs.length, stages: attempts.length, logBytes };
}

/** Each stage says itself when it is started, or the Docker Engine says it. */
async function wrongStarts(
  evidence: Evidence,
  runs: string[],
): Promise<string[]> {
  const folder = startsFolder(evidence.folder);
  const counts = new Map<string, number>();
  for (const name of await readdir(folder)) {
    const lines = await readFile(join(folder, name), 'utf8');
    counts.set(name, lines.split('\n').length - 1);
  }
  for (const name of evidence.containerStarts) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return runs
    .flatMap(id => STAGE_NAMES.map(stage => `${id}-${stage}`))
    .filter(name => counts.get(name) !== 1)
    .map(name => `${name} was started ${counts.get(name) ?? 0} times`);
}

/** A version of each run, and one of each result of its stages. */
async function wrongResults(db: Knex, runs: number): Promise<string[]> {
  const expected = {
    // Runs of one commit that leave the same behind are of one version
    version_runs: runs,
    evaluations: runs * STAGE_NAMES.length,
    reports: runs * STAGE_NAMES.length,
    artifacts: runs * STAGE_NAMES.length,
    log_chunks: 0,
  };
  const wrong: string[] = [];
  for (const [table, rows] of Object.entries(expected)) {
    const [{ count }] = await db(table).count({ count: '*' });
    if (Number(count) !== rows) {
      wrong.push(`${table} has ${count} rows instead of ${rows}`);
    }
  }
  return wrong;
}

/** Folders and containers that nobody removed. */
async function remains({ folder, docker }: Evidence): Promise<string[]> {
  const folders = await readdir(join(folder, 'process', 'attempts'));
  const containers = docker ? await listContainers() : [];
  return [
    ...folders.map(name => `the folder of attempt ${name} is left`),
    ...containers.map(name => `container ${name} is left`),
  ];
}

async function listContainers(): Promise<string[]> {
  const { stdout } = await run('docker', [
    ...['ps', '--all', '--format', '{{.Names}}'],
    ...[
      '--filter',
      'label=model-ci.dev/pipeline=modelpipeline:default/benchmark',
    ],
  ]);
  return stdout.split('\n').filter(name => name !== '');
}
