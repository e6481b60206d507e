import type { Knex } from 'knex';
import type { RunRow } from '../../tables/runs';

/** The run of a pipeline that an idempotency key stands for. */
export async function findRunByKey(
  db: Knex | Knex.Transaction,
  args: { pipelineRef: string; idempotencyKey: string },
): Promise<RunRow | undefined> {
  return await db<RunRow>('runs')
    .where({
      pipeline_ref: args.pipelineRef,
      idempotency_key: args.idempotencyKey,
    })
    .first();
}
