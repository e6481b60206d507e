import { createHash } from 'node:crypto';
import type { AttemptRow } from '../../tables/runs';

/** Attempts with the same key demand the same of a node: where one of them waits, so do those behind it. */
export function demandKey(
  row: Pick<
    AttemptRow,
    'executor' | 'node_selector' | 'cpus' | 'memory_bytes' | 'gpus'
  >,
): string {
  const text = JSON.stringify([
    row.executor,
    row.node_selector,
    row.cpus,
    Number(row.memory_bytes),
    row.gpus,
  ]);
  return createHash('sha256').update(text).digest('hex');
}
