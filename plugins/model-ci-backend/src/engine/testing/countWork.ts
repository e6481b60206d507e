import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { demandKey } from '../../database/operations/attempts/demandKey';

export const EARLY = '2020-01-01T00:00:00.000Z';

/** Statements, and rows that they answered. */
export interface Work {
  queries: number;
  rows: number;
}

export async function countWork(
  db: Knex,
  act: () => Promise<unknown>,
): Promise<Work> {
  const work: Work = { queries: 0, rows: 0 };
  const onResponse = (response: unknown) => {
    work.queries += 1;
    const rows =
      typeof response === 'object' && response !== null && 'rows' in response
        ? response.rows
        : response;
    work.rows += Array.isArray(rows) ? rows.length : 0;
  };
  db.on('query-response', onResponse);
  try {
    await act();
  } finally {
    db.removeListener('query-response', onResponse);
  }
  return work;
}

/** Attempts at the head of the queue, which demand a label that no node has. */
export async function queueUnplaceable(
  db: Knex,
  runId: string,
  count: number,
): Promise<void> {
  const demanded = {
    executor: 'process',
    node_selector: '{"gpu":"h100"}',
    cpus: 1,
    memory_bytes: 0,
    gpus: 0,
  };
  const stages = Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    run_id: runId,
    name: `stuck-${index}`,
    position: 100 + index,
    status: 'queued',
  }));
  await db.batchInsert('stages', stages, 100);
  const attempts = stages.map(stage => ({
    id: randomUUID(),
    stage_id: stage.id,
    run_id: runId,
    number: 1,
    status: 'queued',
    ...demanded,
    demand: demandKey(demanded),
    timeout_seconds: 60,
    created_at: EARLY,
  }));
  await db.batchInsert('attempts', attempts, 50);
}
