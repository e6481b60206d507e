import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { insertResults } from '../../database/operations/results/insertResults';
import type { StageResults } from '../../database/operations/results/types';

export const PIPELINE = 'modelpipeline:default/house-price';

export interface SeededAttempt {
  runId: string;
  stageId: string;
  attemptId: string;
}

const numbers = new Map<string, number>();

/** A finished run of a pipeline, ready to take results. */
export async function seedRun(
  db: Knex,
  options: {
    pipelineRef?: string;
    at?: string;
    definition?: object;
    datasets?: object[];
  } = {},
): Promise<string> {
  const pipelineRef = options.pipelineRef ?? PIPELINE;
  const at = options.at ?? '2026-01-01T00:00:00.000Z';
  const number = (numbers.get(pipelineRef) ?? 0) + 1;
  numbers.set(pipelineRef, number);
  const id = randomUUID();
  await db('runs').insert({
    id,
    pipeline_ref: pipelineRef,
    number,
    status: 'succeeded',
    trigger: 'push',
    branch: 'main',
    commit: `c${number}`,
    commit_message: `change ${number}`,
    source_url: 'https://example.com/house-price/',
    definition: options.definition && JSON.stringify(options.definition),
    datasets: options.datasets && JSON.stringify(options.datasets),
    created_by: 'user:default/guest',
    created_at: at,
    started_at: at,
    finished_at: at,
  });
  return id;
}

export interface SeededStage {
  position?: number;
  instance?: string | null;
  selected?: boolean | null;
}

/** An attempt of a stage of a run; a second one of the same stage is a later attempt. */
export async function seedAttempt(
  db: Knex,
  runId: string,
  stage: string,
  { position = 0, instance = null, selected = null }: SeededStage = {},
): Promise<SeededAttempt> {
  const at = '2026-01-01T00:00:00.000Z';
  const existing: { id: string } | undefined = await db('stages')
    .where({ run_id: runId, name: stage, instance })
    .first('id');
  const stageId = existing?.id ?? randomUUID();
  if (!existing) {
    await db('stages').insert({
      id: stageId,
      run_id: runId,
      name: stage,
      position,
      instance,
      selected,
      status: 'succeeded',
      started_at: at,
      finished_at: at,
    });
  }
  const attempts = await db('attempts').where('stage_id', stageId).select('id');
  const attemptId = randomUUID();
  await db('attempts').insert({
    id: attemptId,
    stage_id: stageId,
    run_id: runId,
    number: attempts.length + 1,
    status: 'succeeded',
    executor: 'process',
    node_selector: '{}',
    cpus: 1,
    memory_bytes: 0,
    gpus: 0,
    timeout_seconds: 60,
    created_at: at,
    started_at: at,
    finished_at: at,
  });
  return { runId, stageId, attemptId };
}

export function emptyResults(
  results: Partial<StageResults> = {},
): StageResults {
  return {
    artifacts: [],
    reports: [],
    testCases: [],
    evaluations: [],
    exampleSets: [],
    curves: [],
    gates: [],
    ...results,
  };
}

/** A run with one attempt of one stage and what it left behind. */
export async function seedResults(
  db: Knex,
  results: Partial<StageResults>,
  options: {
    pipelineRef?: string;
    runId?: string;
    stage?: string;
    instance?: string;
    selected?: boolean;
    position?: number;
    at?: string;
    definition?: object;
    datasets?: object[];
  } = {},
): Promise<SeededAttempt> {
  const { stage = 'evaluate', at = '2026-01-01T00:00:00.000Z' } = options;
  const runId = options.runId ?? (await seedRun(db, options));
  const attempt = await seedAttempt(db, runId, stage, options);
  await db.transaction(tx =>
    insertResults(tx, {
      ...attempt,
      pipelineRef: options.pipelineRef ?? PIPELINE,
      stageName: stage,
      instance: options.instance,
      results: emptyResults(results),
      at,
    }),
  );
  return attempt;
}

export function digest(letter: string): string {
  return `sha256:${letter.repeat(64)}`;
}

/** Runs something and answers how many statements it sent to the database. */
export async function countStatements(
  db: Knex,
  work: () => Promise<unknown>,
): Promise<number> {
  let statements = 0;
  const count = () => {
    statements += 1;
  };
  db.on('query', count);
  try {
    await work();
  } finally {
    db.removeListener('query', count);
  }
  return statements;
}
