import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Knex } from 'knex';

const AT = '2026-01-01T00:00:00.000Z';

/** What a finished run of a pipeline has left behind. */
export interface Example {
  pipelineRef: string;
  runId: string;
  attemptId: string;
  deploymentId: string;
  /** Digest of its artifact. */
  digest: string;
}

/** Log of the example's one attempt: characters of one to four bytes. */
export const EXAMPLE_LOG = 'start\nloss 0.5 é€𝄞\nend\n';

/** A finished run with everything that routes can answer of it, written past the engine. */
export async function insertExample(
  db: Knex,
  artifactDirectory: string,
  options: { pipelineRef: string; artifact: string },
): Promise<Example> {
  const { pipelineRef, artifact } = options;
  const name = pipelineRef.split('/')[1];
  const runId = `run-${name}`;
  const stageId = `stage-${name}`;
  const attemptId = `attempt-${name}`;
  const deploymentId = `deployment-${name}`;
  const hash = createHash('sha256').update(artifact).digest('hex');
  const digest = `sha256:${hash}`;
  const file = join(
    artifactDirectory,
    'sha256',
    hash.slice(0, 2),
    hash.slice(2, 4),
    hash,
  );
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, artifact);

  const times = { created_at: AT, started_at: AT, finished_at: AT };
  await db('runs').insert({
    id: runId,
    pipeline_ref: pipelineRef,
    number: 1,
    status: 'succeeded',
    trigger: 'manual',
    branch: 'main',
    commit: 'a'.repeat(40),
    source_url: `https://github.com/example/${name}/tree/main/`,
    created_by: 'user:default/ann',
    announced_at: AT,
    ...times,
  });
  await db('stages').insert({
    id: stageId,
    run_id: runId,
    name: 'train',
    position: 0,
    status: 'succeeded',
    started_at: AT,
    finished_at: AT,
  });
  const log = Buffer.from(EXAMPLE_LOG);
  await db('attempts').insert({
    id: attemptId,
    stage_id: stageId,
    run_id: runId,
    number: 1,
    status: 'succeeded',
    executor: 'process',
    node: 'local',
    node_selector: '{}',
    cpus: 1,
    memory_bytes: 0,
    gpus: 0,
    timeout_seconds: 60,
    exit_code: 0,
    log_size: log.length,
    cleaned_at: AT,
    ...times,
  });
  // In two pieces, the first of which ends within a character.
  const cut = Buffer.from('start\nloss 0.5 ').length + 1;
  await db('log_chunks').insert([
    { attempt_id: attemptId, start: 0, size: cut, data: log.subarray(0, cut) },
    {
      attempt_id: attemptId,
      start: cut,
      size: log.length - cut,
      data: log.subarray(cut),
    },
  ]);
  await db('artifacts').insert({
    id: `artifact-${name}`,
    run_id: runId,
    stage_id: stageId,
    attempt_id: attemptId,
    name: 'model',
    path: 'model',
    digest,
    size: artifact.length,
    created_at: AT,
  });
  await db('test_cases').insert({
    attempt_id: attemptId,
    position: 0,
    list_order: 1,
    suite: 'unit',
    name: 'adds up',
    status: 'passed',
  });
  await db('evaluations').insert({
    pipeline_ref: pipelineRef,
    run_id: runId,
    attempt_id: attemptId,
    stage: 'train',
    metric: 'rmse',
    value: 12.3,
    created_at: AT,
  });
  await db('model_versions').insert({
    pipeline_ref: pipelineRef,
    version: 1,
    run_id: runId,
    created_by: 'user:default/ann',
    created_at: AT,
  });
  await db('version_runs').insert({
    run_id: runId,
    pipeline_ref: pipelineRef,
    version: 1,
  });
  await db('deployments').insert({
    id: deploymentId,
    pipeline_ref: pipelineRef,
    version: 1,
    environment: 'staging',
    status: 'stopped',
    trigger: 'manual',
    created_by: 'user:default/ann',
    created_at: AT,
    finished_at: AT,
    executor: 'process',
    health: 'unknown',
    cpus: 0,
    memory_bytes: 0,
    gpus: 0,
    stop_handle_done_at: AT,
  });
  return { pipelineRef, runId, attemptId, deploymentId, digest };
}
