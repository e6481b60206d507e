import type { Knex } from 'knex';
import { usageSchema, type StoredUsage } from './usageSchema';

export interface ListedUsage {
  stage: string;
  instance: string | null;
  attempt: number;
  running: boolean;
  device: string;
  usage: StoredUsage;
}

type Row = Omit<ListedUsage, 'usage' | 'running'> & {
  status: string;
  usage: string;
};

/** What the GPUs of all attempts of a run did, in the order of stages and attempts. */
export async function listUsages(
  db: Knex | Knex.Transaction,
  args: { runId: string; offset: number; limit: number },
): Promise<ListedUsage[]> {
  const rows = await db('gpu_usages as g')
    .join('attempts as a', 'a.id', 'g.attempt_id')
    .join('stages as s', 's.id', 'a.stage_id')
    .where('g.run_id', args.runId)
    .orderBy(['s.position', 's.name', 's.instance', 'a.number', 'g.device'])
    .offset(args.offset)
    .limit(args.limit)
    .select<Row[]>(
      's.name as stage',
      's.instance as instance',
      'a.number as attempt',
      'a.status as status',
      'g.device as device',
      'g.usage as usage',
    );
  return rows.map(({ status, usage, ...row }) => ({
    ...row,
    running: status === 'running',
    usage: usageSchema.parse(JSON.parse(usage)),
  }));
}
