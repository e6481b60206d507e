import { randomUUID } from 'node:crypto';
import { InputError } from '@backstage/errors';
import type { Knex } from 'knex';
import {
  externalStage,
  parseStoredDefinition,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { insertRows } from '../../insertRows';
import type { ExternalRunRow } from '../../tables/externalRuns';
import type { RunRow, StageRow } from '../../tables/runs';
import { withReason } from '../../../withReason';
import { insertChanges } from '../history/insertChanges';

/** Not configurable: more are no stages, but steps or tests. */
export const MAX_EXTERNAL_STAGES = 100;

/** Adds stages to a locked external run, those that it has already left out. They follow its definition, if that has them. */
export async function addStages(
  tx: Knex.Transaction,
  args: { runId: string; names: string[]; at: string },
): Promise<void> {
  const { runId, at } = args;
  const existing = await tx<StageRow>('stages')
    .where({ run_id: runId })
    .pluck('name');
  const names = [...new Set(args.names)].filter(
    name => !existing.includes(name),
  );
  if (names.length === 0) {
    return;
  }
  if (existing.length + names.length > MAX_EXTERNAL_STAGES) {
    throw withReason(
      InputError,
      reason('error.tooManyStages', { max: MAX_EXTERNAL_STAGES }),
    );
  }
  const { definition, plans } = await readPlans(tx, runId);
  const known = [...existing, ...names];
  const stages = names.map((name, index) => ({
    id: randomUUID(),
    run_id: runId,
    name,
    position: existing.length + index,
    status: 'queued' as const,
    definition: JSON.stringify(externalStage(definition.stages[name], known)),
    instance: null,
    gate_plan: plans.get(name) ?? null,
  }));
  await insertRows(tx, 'stages', stages);
  await insertChanges(tx, {
    changes: stages.map(({ id }) => ({ runId, stageId: id, to: 'queued' })),
    at,
  });
}

async function readPlans(tx: Knex.Transaction, runId: string) {
  const [run, external] = await Promise.all([
    tx<RunRow>('runs').where({ id: runId }).first('definition'),
    tx<ExternalRunRow>('external_runs')
      .where({ run_id: runId })
      .first('gate_plans'),
  ]);
  const plans: Record<string, string> = JSON.parse(
    external?.gate_plans ?? '{}',
  );
  return {
    definition: parseStoredDefinition(run?.definition ?? '{}'),
    plans: new Map(Object.entries(plans)),
  };
}
