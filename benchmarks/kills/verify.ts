import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ReadableStream } from 'node:stream/web';
import s3 from '@model-ci/backstage-plugin-model-ci-backend-module-s3';
import type { ModelCiClient } from '@model-ci/backstage-plugin-model-ci-common';
import type { Knex } from 'knex';
import { extract } from 'tar-stream';
import { startReplica } from '../replica';
import { configOf } from './config';
import { listRemains } from './engines';
import type { Outage } from './faults';
import {
  expectedArtifacts,
  expectedLog,
  sha256,
  stagesOf,
  startsFolder,
  type LoadOptions,
  type Stage,
} from './load';

export interface Evidence extends LoadOptions {
  db: Knex;
  /** Runs that a backend said it had recorded. */
  acknowledged: string[];
  outages: Outage[];
}

interface EndedAttempt {
  run: string;
  stage: string;
  number: number;
  status: string;
  reason: string | null;
  /** Of one that has not ended. */
  phase_reason: string | null;
  started_at: string | null;
  finished_at: string | null;
}

export interface Findings {
  /** Everything that is wrong, in words. */
  defects: string[];
  /** Attempts that were made again because their node had lost power. */
  repeated: string[];
  runs: number;
  stages: number;
  logBytes: number;
  artifactBytes: number;
}

/** Logs and artifacts that are read at a time. */
const AT_ONCE = 8;

/** Nothing else may be left of the runs than what is asked here. */
export async function findDefects(evidence: Evidence): Promise<Findings> {
  const { db } = evidence;
  const runs: Array<{ id: string; status: string; reason: string | null }> =
    await db('runs').select('id', 'status', 'reason');
  const attempts: EndedAttempt[] = await db('attempts')
    .join('stages', 'stages.id', 'attempts.stage_id')
    .orderBy('attempts.number')
    .select(
      'attempts.run_id as run',
      'stages.name as stage',
      'attempts.number',
      'attempts.status',
      'attempts.reason',
      'attempts.phase_reason',
      'attempts.started_at',
      'attempts.finished_at',
    );
  const known = new Set(runs.map(({ id }) => id));
  const ended = attempts.filter(({ status }) => status !== 'succeeded');
  const lostNode = ended.filter(attempt => lostItsNode(evidence, attempt));
  const stored = await readStored(evidence, runs, attempts);
  return {
    defects: [
      ...evidence.acknowledged
        .filter(id => !known.has(id))
        .map(id => `run ${id} is lost`),
      ...runs
        .filter(({ status }) => status !== 'succeeded')
        .map(({ id, status, reason }) => `run ${id} is ${status}: ${reason}`),
      ...ended.filter(attempt => !lostNode.includes(attempt)).map(inWords),
      ...(await wrongStarts(evidence, [...known], attempts)),
      ...(await wrongResults(evidence, runs.length)),
      ...(await remains(evidence)),
      ...stored.defects,
    ],
    repeated: lostNode.map(inWords),
    runs: runs.length,
    stages: runs.length * stagesOf(evidence).length,
    logBytes: stored.logBytes,
    artifactBytes: stored.artifactBytes,
  };
}

function inWords(attempt: EndedAttempt): string {
  const { run, stage, number, status } = attempt;
  const why = attempt.reason ?? attempt.phase_reason;
  return `attempt ${number} of ${stage} of ${run} is ${status}: ${why}`;
}

/** Whether a machine of its cluster was without power while it ran. */
function lostItsNode(evidence: Evidence, attempt: EndedAttempt): boolean {
  const engine = stagesOf(evidence).find(
    ({ name }) => name === attempt.stage,
  )?.executor;
  const { started_at: startedAt, finished_at: finishedAt } = attempt;
  return evidence.outages.some(
    outage =>
      outage.losesNode &&
      outage.engine === engine &&
      startedAt !== null &&
      finishedAt !== null &&
      Date.parse(startedAt) < outage.to &&
      // Its end is recorded once a backend is up again, however late that is
      Date.parse(finishedAt) > outage.from,
  );
}

/** Each command says itself when it is started: once for each attempt, or not at all if its node was gone before. */
async function wrongStarts(
  evidence: Evidence,
  runs: string[],
  attempts: EndedAttempt[],
): Promise<string[]> {
  const folder = startsFolder(evidence.folder);
  const counts = new Map<string, number>();
  for (const name of await readdir(folder)) {
    const lines = await readFile(join(folder, name), 'utf8');
    counts.set(name, lines.split('\n').length - 1);
  }
  const wrong: string[] = [];
  for (const run of runs) {
    for (const { name } of stagesOf(evidence)) {
      const count = counts.get(`${run}-${name}`) ?? 0;
      const allowed = attempts.filter(
        attempt => attempt.run === run && attempt.stage === name,
      ).length;
      if (count < 1 || count > allowed) {
        wrong.push(
          `${name} of ${run} was started ${count} times in ${allowed} attempts`,
        );
      }
    }
  }
  return wrong;
}

/** A version of each run, and one of each result of its stages. */
async function wrongResults(
  evidence: Evidence,
  runs: number,
): Promise<string[]> {
  const stages = runs * stagesOf(evidence).length;
  const expected = {
    // Runs of one commit that leave the same behind are of one version
    version_runs: runs,
    evaluations: stages,
    reports: stages,
    artifacts: 2 * stages,
    log_chunks: 0,
  };
  const wrong: string[] = [];
  for (const [table, rows] of Object.entries(expected)) {
    const [{ count }] = await evidence.db(table).count({ count: '*' });
    if (Number(count) !== rows) {
      wrong.push(`${table} has ${count} rows instead of ${rows}`);
    }
  }
  return wrong;
}

/** Folders, containers, pods and jobs that nobody removed. */
async function remains(evidence: Evidence): Promise<string[]> {
  const folders = await readdir(join(evidence.folder, 'process', 'attempts'));
  return [
    ...folders.map(name => `the folder of attempt ${name} is left`),
    ...(await listRemains(evidence)).map(what => `${what} is left`),
  ];
}

/** Asks one more backend, which runs nothing, for every log and every artifact. */
async function readStored(
  evidence: Evidence,
  runs: Array<{ id: string }>,
  attempts: EndedAttempt[],
) {
  const { client, stop } = await startReplica({
    db: evidence.db,
    config: configOf(evidence),
    files: {},
    features: evidence.bucket ? [s3] : [],
  });
  const sums = { defects: [] as string[], logBytes: 0, artifactBytes: 0 };
  const work = [
    ...attempts.map(attempt => async () => {
      const log = await readLog(client, attempt);
      sums.logBytes += Buffer.byteLength(log);
      sums.defects.push(...wrongLog(evidence, attempt, log));
    }),
    ...runs.map(({ id }) => async () => {
      const { bytes, defects } = await readArtifacts(client, evidence, id);
      sums.artifactBytes += bytes;
      sums.defects.push(...defects);
    }),
  ];
  const readers = Array.from({ length: AT_ONCE }, async () => {
    for (let next = work.pop(); next; next = work.pop()) {
      await next();
    }
  });
  await Promise.all(readers).finally(stop);
  return sums;
}

async function readLog(
  client: ModelCiClient,
  { run, stage, number }: EndedAttempt,
): Promise<string> {
  const log = await client.downloadLog(run, stage, { attempt: number });
  return await log.text();
}

/** That of an attempt whose node was lost has no gap and nothing twice, but need not be complete. */
function wrongLog(
  evidence: Evidence,
  attempt: EndedAttempt,
  log: string,
): string[] {
  const stage = stagesOf(evidence).find(({ name }) => name === attempt.stage);
  // The portal names each command before the stage runs it.
  const written = log.replace(/^##\[model-ci\.command .*\n/gm, '');
  const expected = stage ? expectedLog(attempt.run, stage) : '';
  const isRight =
    attempt.status === 'succeeded'
      ? written === expected
      : expected.startsWith(written);
  return isRight
    ? []
    : [
        `the log of attempt ${attempt.number} of ${attempt.stage} of ${attempt.run} is not what was written`,
      ];
}

async function readArtifacts(
  client: ModelCiClient,
  evidence: Evidence,
  run: string,
): Promise<{ bytes: number; defects: string[] }> {
  const artifacts = await client.listArtifacts(run);
  const defects: string[] = [];
  let bytes = 0;
  for (const stage of stagesOf(evidence)) {
    for (const [name, content] of Object.entries(
      expectedArtifacts(run, stage),
    )) {
      const artifact = artifacts.find(
        found => found.stage === stage.name && found.name === name,
      );
      const stored = artifact && (await readArtifact(client, artifact.digest));
      bytes += stored?.length ?? 0;
      if (stored === undefined || sha256(stored) !== sha256(content)) {
        defects.push(describeArtifact(run, stage, name));
      }
    }
  }
  return { bytes, defects };
}

function describeArtifact(run: string, stage: Stage, name: string): string {
  return `artifact ${name} of ${stage.name} of ${run} is not what was written`;
}

/** The one file of its archive. */
async function readArtifact(
  client: ModelCiClient,
  digest: string,
): Promise<string> {
  const archive = await client.downloadArtifact(digest);
  const files = Readable.fromWeb(archive.stream() as ReadableStream).pipe(
    extract(),
  );
  for await (const file of files) {
    return await text(file);
  }
  return '';
}
