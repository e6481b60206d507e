import type { Knex } from 'knex';
import { isFinal } from '@model-ci/backstage-plugin-model-ci-common';
import type { StageRow } from '../../tables/runs';

/** A stage that is executed several times, with its instances. */
export interface InstancesOfStage {
  stage: StageRow;
  /** In no order that means anything. */
  instances: Array<StageRow & { instance: string }>;
}

/** Undefined unless the stage goes on and all of its instances have ended. */
export async function findEndedInstances(
  db: Knex | Knex.Transaction,
  args: { stageId: string },
): Promise<InstancesOfStage | undefined> {
  const rows = await db<StageRow>('stages as s')
    .join('stages as own', join =>
      join.on('own.run_id', 's.run_id').andOn('own.name', 's.name'),
    )
    .where('own.id', args.stageId)
    .select<StageRow[]>('s.*');
  const stage = rows.find(({ id }) => id === args.stageId);
  const instances = rows.flatMap(({ instance, ...row }) =>
    instance === null ? [] : [{ ...row, instance }],
  );
  return stage &&
    ['queued', 'running'].includes(stage.status) &&
    instances.every(({ status }) => isFinal(status))
    ? { stage, instances }
    : undefined;
}
