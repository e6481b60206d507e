/** Statements that fill a database set by set, since a million runs are needed. */
import type { Knex } from 'knex';

export const PIPELINES = 1000;
/** Pipelines of one team that has not run anything since the first tenth of the time. */
export const DORMANT = 20;
export const DORMANT_OWNER = 'group:default/dormant';
const OWNERS = 50;

export function pipelineRef(index: number): string {
  return `modelpipeline:default/p${String(index).padStart(4, '0')}`;
}

export function ownerOf(index: number): string {
  return index >= PIPELINES - DORMANT
    ? DORMANT_OWNER
    : `group:default/team-${index % OWNERS}`;
}

const STAGES = ['build', 'test', 'train', 'parity', 'evaluate'];
const ISO = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

const SEED_PIPELINES = `
  insert into pipelines (ref, title, type, lifecycle, owner_ref, model_ref, synced_at)
  select 'modelpipeline:default/p' || lpad(p::text, 4, '0'), 'Pipeline ' || p, 'training', 'production',
    case when p >= ${PIPELINES} - ${DORMANT} then 'group:default/dormant'
      else 'group:default/team-' || p % ${OWNERS} end,
    'component:default/p' || p, to_char(now(), ${ISO})
  from generate_series(0, ${PIPELINES} - 1) p`;

/** In the order of time. Few are `cancelled`, so that this status is a rare one. */
const SEED_RUNS = `
  insert into runs (id, pipeline_ref, number, status, trigger, branch, commit, commit_message, source_url,
    source_digest, definition, created_by, created_at, started_at, finished_at, announced_at)
  select md5('run' || i)::uuid, 'modelpipeline:default/p' || lpad(p::text, 4, '0'),
    row_number() over (partition by p order by i),
    case when i % 50000 = 7 then 'cancelled' when r < 0.85 then 'succeeded' when r < 0.97 then 'failed' else 'errored' end,
    'push', case when b < 0.7 then 'main' else 'feature/' || i / 20 end, md5(i::text) || md5(i::text),
    'Train on the data of day ' || i, 'https://git.example/ml/p' || p || '/tree/main/',
    'sha256:' || md5(i::text) || md5(i::text), :definition, 'user:default/ann',
    to_char(ran_at, ${ISO}), to_char(ran_at, ${ISO}), to_char(ran_at + interval '5 minutes', ${ISO}), to_char(ran_at, ${ISO})
  from (
    select i, case when q < 0.002 and i < :runs::int / 10 then ${PIPELINES} - 1 - i % ${DORMANT}
        else floor((${PIPELINES} - ${DORMANT}) * power(random(), 3))::int end p,
      random() r, random() b, timestamp '2026-01-01' + i * interval '20 seconds' as ran_at
    from (select i, random() q from generate_series(0, :runs::int - 1) i) numbered
  ) drawn`;

const SEED_STAGES = `
  insert into stages (id, run_id, name, position, status, started_at, finished_at)
  select md5(runs.id || name)::uuid, runs.id, name, position - 1,
    case when position = 5 then runs.status else 'succeeded' end, runs.started_at, runs.finished_at
  from runs, unnest(:stages::text[]) with ordinality as stage(name, position)`;

const SEED_VERSIONS = `
  insert into model_versions (pipeline_ref, version, run_id, created_by, created_at)
  select pipeline_ref, row_number() over (partition by pipeline_ref order by number), id, created_by, finished_at
  from runs where status = 'succeeded' and branch = 'main'`;

const SEED_VERSION_RUNS = `
  insert into version_runs (run_id, pipeline_ref, version) select run_id, pipeline_ref, version from model_versions`;

const SEED_ATTEMPTS = `
  insert into attempts (id, stage_id, run_id, number, status, executor, node, node_selector, cpus, memory_bytes,
    gpus, timeout_seconds, created_at, started_at, finished_at, cleaned_at)
  select md5('attempt' || id)::uuid, md5(id || 'evaluate')::uuid, id, 1, status, 'docker', 'gpu-01', '{}', 1, 0,
    0, 600, created_at, started_at, finished_at, finished_at
  from runs`;

const SEED_EVALUATIONS = `
  insert into evaluations (pipeline_ref, run_id, attempt_id, stage, metric, dataset, dataset_digest, value, stderr,
    n, higher_is_better, created_at)
  select pipeline_ref, id, md5('attempt' || id)::uuid, 'evaluate', metric, dataset,
    'sha256:' || md5(dataset) || md5(dataset), random(), 0.01, 1000, false, finished_at
  from runs, unnest(array['accuracy', 'f1', 'latency', 'loss', 'rmse']) metric, unnest(array['houses', 'flats']) dataset
  order by created_at`;

const SEED_GATES = `
  insert into gate_results (attempt_id, position, run_id, metric, max, value, verdict, message)
  select md5('attempt' || id)::uuid, 0, id, 'rmse', 30, 12.3, 'pass', '12.3 is at most 30' from runs`;

const SEED_DEPLOYMENTS = `
  insert into deployments (id, pipeline_ref, version, environment, status, trigger, created_by, created_at, serving_at,
    executor, node, service_id, health, cpus, memory_bytes, gpus, stop_handle_done_at)
  select md5('deployment' || pipeline_ref)::uuid, pipeline_ref, max(version), 'staging', 'serving', 'automatic',
    'user:default/ann', max(created_at), max(created_at), 'docker', 'gpu-01', md5('service' || pipeline_ref)::uuid,
    'healthy', 0, 0, 0, null
  from model_versions group by pipeline_ref`;

const SEED_ENDPOINTS = `
  insert into endpoints (pipeline_ref, environment, deployment_id)
  select pipeline_ref, environment, id from deployments`;

/**
 * Runs with five stages each, over 1000 pipelines of which a few have most, with an attempt at their last
 * stage that reported ten metrics, and a version for each that succeeded on the main branch.
 */
export async function seedRuns(db: Knex, runs: number): Promise<void> {
  await db.transaction(async tx => {
    // Foreign keys hold by construction; checking them one by one would take most of the time.
    await tx.raw('set local session_replication_role = replica');
    await tx.raw('select setseed(0.5)');
    const definition = JSON.stringify({
      stages: Object.fromEntries(
        STAGES.map(stage => [stage, { run: [`make ${stage}`], needs: [] }]),
      ),
      notes: 'as long as a real one '.repeat(50),
    });
    await tx.raw(SEED_PIPELINES);
    await tx.raw(SEED_RUNS, { runs, definition });
    await tx.raw(SEED_STAGES, { stages: STAGES });
    for (const statement of [
      SEED_VERSIONS,
      SEED_VERSION_RUNS,
      SEED_ATTEMPTS,
      SEED_EVALUATIONS,
      SEED_GATES,
      SEED_DEPLOYMENTS,
      SEED_ENDPOINTS,
    ]) {
      await tx.raw(statement);
    }
  });
  await db.raw('vacuum analyze');
}
