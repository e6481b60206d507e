import type { Knex } from 'knex';
import type { NodeResources } from '@model-ci/backstage-plugin-model-ci-common';

interface Sums {
  node: string;
  cpus: number | string;
  memory_bytes: number | string;
  gpus: number | string;
}

/** What running attempts and services hold of each node. */
export async function sumReservedResources(
  db: Knex | Knex.Transaction,
): Promise<Map<string, NodeResources>> {
  const attempts = db('attempts')
    .where({ status: 'running' })
    .whereNotNull('node')
    .select('node', 'cpus', 'memory_bytes', 'gpus');
  const services = db('deployments')
    .whereNotNull('node')
    .whereNotNull('service_id')
    .whereNull('stop_handle_done_at')
    .select('node', 'cpus', 'memory_bytes', 'gpus');
  const rows: Sums[] = await db
    .from(attempts.unionAll(services).as('held'))
    .groupBy('node')
    .select('node')
    .sum({ cpus: 'cpus', memory_bytes: 'memory_bytes', gpus: 'gpus' });
  return new Map(
    rows.map(row => [
      row.node,
      {
        cpus: Number(row.cpus),
        memoryBytes: Number(row.memory_bytes),
        gpus: Number(row.gpus),
      },
    ]),
  );
}
