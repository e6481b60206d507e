import type { Knex } from 'knex';
import type { NodeResources } from '@model-ci/backstage-plugin-model-ci-common';

/** What is held of a node, and by how many attempts. */
export interface Reserved extends NodeResources {
  submitted?: number;
}

interface Sums {
  node: string;
  submitted: number | string;
  cpus: number | string;
  memory_bytes: number | string;
  gpus: number | string;
}

/** What running attempts and services hold of each node. */
export async function sumReservedResources(
  db: Knex | Knex.Transaction,
): Promise<Map<string, Reserved>> {
  const attempts = db('attempts')
    .where({ status: 'running' })
    .whereNotNull('node')
    // What has ended holds nothing, whether or not its results are collected yet.
    .whereRaw(`coalesce(phase, '') <> 'collecting'`)
    .select('node', 'cpus', 'memory_bytes', 'gpus', db.raw('1 as submitted'));
  const services = db('deployments')
    .whereNotNull('node')
    .whereNotNull('service_id')
    .whereNull('stop_handle_done_at')
    .select('node', 'cpus', 'memory_bytes', 'gpus', db.raw('0 as submitted'));
  const rows: Sums[] = await db
    .from(attempts.unionAll(services).as('held'))
    .groupBy('node')
    .select('node')
    .sum({
      cpus: 'cpus',
      memory_bytes: 'memory_bytes',
      gpus: 'gpus',
      submitted: 'submitted',
    });
  return new Map(
    rows.map(row => [
      row.node,
      {
        cpus: Number(row.cpus),
        memoryBytes: Number(row.memory_bytes),
        gpus: Number(row.gpus),
        submitted: Number(row.submitted),
      },
    ]),
  );
}
