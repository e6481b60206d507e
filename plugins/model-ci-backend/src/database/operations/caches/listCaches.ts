import type { Knex } from 'knex';
import type { PipelineCache } from '@model-ci/backstage-plugin-model-ci-common';
import type { CacheRow } from '../../tables/caches';
import type { RunRow } from '../../tables/runs';

/** What the stages of a pipeline have kept, newest first. There are few. */
export async function listCaches(
  db: Knex,
  args: { pipelineRef: string },
): Promise<PipelineCache[]> {
  const rows: Array<CacheRow & Pick<RunRow, 'number'>> = await db<CacheRow>(
    'caches',
  )
    .join('runs', 'runs.id', 'caches.run_id')
    .where('caches.pipeline_ref', args.pipelineRef)
    .orderBy([
      { column: 'caches.created_at', order: 'desc' },
      { column: 'caches.id' },
    ])
    .select('caches.*', 'runs.number');
  return rows.map(row => ({
    id: row.id,
    name: row.name,
    branch: row.branch,
    size: Number(row.size),
    runId: row.run_id,
    runNumber: row.number,
    createdAt: row.created_at,
  }));
}
