import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { createTestDatabases } from '../../testDatabase';
import type { AttemptRow, RunRow, StageRow } from '../../tables/runs';

const databases = createTestDatabases();
const AT = '2026-01-01T00:00:00.000Z';

describe.each(databases.ids)('The database on %s', databaseId => {
  let db: Knex;
  let runId: string;
  let stageId: string;
  let number = 0;
  const run = (values: Partial<RunRow>): Partial<RunRow> => ({
    id: randomUUID(),
    pipeline_ref: 'modelpipeline:default/p',
    number: ++number,
    status: 'queued',
    trigger: 'manual',
    source_url: 'https://example.com/',
    created_by: 'user:default/guest',
    created_at: AT,
    ...values,
  });
  const stage = (values: Partial<StageRow>): Partial<StageRow> => ({
    id: randomUUID(),
    run_id: runId,
    name: `stage-${++number}`,
    position: 0,
    status: 'queued',
    ...values,
  });
  const attempt = (values: Partial<AttemptRow>): Partial<AttemptRow> => ({
    id: randomUUID(),
    stage_id: stageId,
    run_id: runId,
    number: ++number,
    status: 'queued',
    executor: 'process',
    node_selector: '{}',
    cpus: 1,
    memory_bytes: 0,
    gpus: 0,
    timeout_seconds: 60,
    created_at: AT,
    ...values,
  });

  beforeAll(async () => {
    db = await databases.init(databaseId);
    runId = randomUUID();
    stageId = randomUUID();
    await db<RunRow>('runs').insert(run({ id: runId }));
    await db<StageRow>('stages').insert(stage({ id: stageId }));
  });

  it.each<[string, Partial<RunRow>]>([
    ['an unknown status', { status: 'paused' as RunRow['status'] }],
    ['one that ended without its time', { status: 'failed' }],
    ['one that has an end but goes on', { finished_at: AT }],
    ['one that runs but never started', { status: 'running' }],
    [
      'one that succeeded but never started',
      { status: 'succeeded', finished_at: AT },
    ],
  ])('refuses a run: %s', async (_what, values) => {
    await expect(db<RunRow>('runs').insert(run(values))).rejects.toThrow(
      /runs_(status|finished|started)/,
    );
  });

  it('refuses a second run of one number', async () => {
    await expect(db<RunRow>('runs').insert(run({ number: 1 }))).rejects.toThrow(
      /unique/i,
    );
  });

  it.each<[string, Partial<StageRow>]>([
    ['one that was skipped without its time', { status: 'skipped' }],
    ['one that runs but has an end', { status: 'running', finished_at: AT }],
  ])('refuses a stage: %s', async (_what, values) => {
    await expect(db<StageRow>('stages').insert(stage(values))).rejects.toThrow(
      /stages_finished/,
    );
  });

  const claimed: Partial<AttemptRow> = {
    status: 'running',
    ticket: 'ticket',
    lease_expires_at: AT,
    started_at: AT,
    node: 'local',
  };

  it.each<[string, Partial<AttemptRow>]>([
    ['running without a ticket', { ...claimed, ticket: null }],
    ['running without a lease', { ...claimed, lease_expires_at: null }],
    ['running without a start', { ...claimed, started_at: null }],
    ['running without a node', { ...claimed, node: null }],
    ['ended without its time', { status: 'succeeded' }],
    [
      'ended but still claimed',
      { status: 'failed', finished_at: AT, ticket: 'ticket' },
    ],
  ])('refuses an attempt: %s', async (_what, values) => {
    await expect(
      db<AttemptRow>('attempts').insert(attempt(values)),
    ).rejects.toThrow(/attempts_(claimed|finished|released)/);
  });

  it('takes an attempt that is claimed as it should be', async () => {
    const row = attempt(claimed);
    await expect(
      db<AttemptRow>('attempts').insert(row).returning('id'),
    ).resolves.toHaveLength(1);
    await db<AttemptRow>('attempts').where({ id: row.id }).delete();
  });
});
