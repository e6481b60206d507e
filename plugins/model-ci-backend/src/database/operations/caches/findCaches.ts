import type { Knex } from 'knex';
import type { CacheRow } from '../../tables/caches';
import type { RunRow } from '../../tables/runs';
import type { CacheRequest } from './types';

export interface FoundCache {
  name: string;
  digest: string;
  /** Number of the run that kept it. */
  runNumber: number;
  /** Whether it was kept for the same files. */
  isExact: boolean;
  /** Whether secrets may be in it, or in another one that an attempt may have been given a moment ago. */
  hadSecrets: boolean;
}

type Row = Pick<
  CacheRow,
  'name' | 'branch' | 'setting' | 'key' | 'digest' | 'had_secrets'
> &
  Pick<RunRow, 'number'>;

/**
 * The best of what was kept for each request, by its name: for the same files rather than for others, the newest rather than
 * an older one, and of the first branch rather than of the next.
 */
export async function findCaches(
  db: Knex | Knex.Transaction,
  args: {
    pipelineRef: string;
    branches: string[];
    requests: CacheRequest[];
    /** Whether what was kept beside secrets counts. */
    withSecrets: boolean;
  },
): Promise<Map<string, FoundCache>> {
  const { pipelineRef, branches, requests } = args;
  if (requests.length === 0 || branches.length === 0) {
    return new Map();
  }
  const rows: Row[] = await db<CacheRow>('caches')
    .join('runs', 'runs.id', 'caches.run_id')
    .where('caches.pipeline_ref', pipelineRef)
    .whereIn('caches.branch', branches)
    .modify(query => {
      if (!args.withSecrets) query.where('caches.had_secrets', false);
    })
    .whereIn(
      'caches.name',
      requests.map(({ name }) => name),
    )
    .orderBy([
      { column: 'caches.created_at', order: 'desc' },
      { column: 'caches.id' },
    ])
    .select(
      'caches.name',
      'caches.branch',
      'caches.setting',
      'caches.key',
      'caches.digest',
      'caches.had_secrets',
      'runs.number',
    );
  return new Map(
    requests.flatMap(({ name, setting, key }) => {
      const usable = branches.flatMap(branch =>
        rows.filter(
          row =>
            row.name === name &&
            row.branch === branch &&
            row.setting === setting,
        ),
      );
      const exact = usable.find(row => row.key === key);
      const best = exact ?? usable[0];
      return best
        ? [
            [
              name,
              {
                name,
                digest: best.digest,
                runNumber: best.number,
                isExact: best === exact,
                hadSecrets: usable.some(row => Boolean(row.had_secrets)),
              },
            ] as const,
          ]
        : [];
    }),
  );
}
