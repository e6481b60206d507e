import type { Knex } from 'knex';
import type { Held } from '../../../planning/placement';
import { readGpuIds } from '../../gpuIds';
import { LOST } from '../../outcomes';
import { isPostgres } from '../../transact';

const COLUMNS = ['node', 'cpus', 'memory_bytes', 'gpus', 'gpu_ids'] as const;

interface Sums {
  node: string;
  submitted: number | string;
  cpus: number | string;
  memory_bytes: number | string;
  gpus: number | string;
  gpu_ids: string | null;
  unnamed_gpus: number | string | null;
}

/**
 * What running attempts and services hold of each node. The GPUs of an attempt that was lost are held until it is known
 * that nothing of it runs any more.
 */
export async function sumReservedResources(
  db: Knex | Knex.Transaction,
): Promise<Map<string, Held>> {
  const attempts = db('attempts')
    .where({ status: 'running' })
    .whereNotNull('node')
    // What has ended holds nothing, whether or not its results are collected yet.
    .whereRaw(`coalesce(phase, '') <> 'collecting'`)
    .select(...COLUMNS, db.raw('1 as submitted'));
  const services = db('deployments')
    .whereNotNull('node')
    .whereNotNull('service_id')
    .whereNull('stop_handle_done_at')
    .select(...COLUMNS, db.raw('0 as submitted'));
  const lost = db('attempts')
    .whereNotNull('finished_at')
    .whereNull('cleaned_at')
    .whereNotNull('gpu_ids')
    .where('outcome', 'like', LOST)
    .select(
      'node',
      db.raw('0 as cpus'),
      db.raw('0 as memory_bytes'),
      db.raw('0 as gpus'),
      'gpu_ids',
      db.raw('0 as submitted'),
    );
  const rows: Sums[] = await db
    .from(attempts.unionAll([services, lost]).as('held'))
    .groupBy('node')
    .select('node')
    .sum({
      cpus: 'cpus',
      memory_bytes: 'memory_bytes',
      gpus: 'gpus',
      submitted: 'submitted',
    })
    .select(
      db.raw(
        `${
          isPostgres(db) ? 'string_agg' : 'group_concat'
        }(gpu_ids, ',') as gpu_ids`,
      ),
      db.raw(
        'sum(case when gpu_ids is null then gpus else 0 end) as unnamed_gpus',
      ),
    );
  return new Map(
    rows.map(row => [
      row.node,
      {
        cpus: Number(row.cpus),
        memoryBytes: Number(row.memory_bytes),
        gpus: Number(row.gpus),
        submitted: Number(row.submitted),
        gpuIds: readGpuIds(row.gpu_ids) ?? [],
        unnamedGpus: Number(row.unnamed_gpus ?? 0),
      },
    ]),
  );
}
