import type { Knex } from 'knex';
import { formatReason } from '@model-ci/backstage-plugin-model-ci-common';
import { insertRows } from '../../insertRows';
import type { GateResultRow } from '../../tables/evaluations';
import type { JudgedGate } from '../results/types';
import { finite, formatGateDetail } from './storedGateDetail';

/** Records the verdicts of a stage's gates: of one attempt, or of all its executions together. */
export async function insertGateResults(
  db: Knex | Knex.Transaction,
  args: {
    runId: string;
    stageId: string;
    /** Absent for what is judged when all executions have ended. */
    attemptId?: string;
    gates: JudgedGate[];
  },
): Promise<void> {
  await insertRows<Omit<GateResultRow, 'id'>>(
    db,
    'gate_results',
    args.gates.map((gate, position) => ({
      stage_id: args.stageId,
      attempt_id: args.attemptId ?? null,
      position,
      run_id: args.runId,
      metric: gate.metric,
      dataset: gate.dataset ?? null,
      slice: gate.slice ?? '',
      min: gate.demand.min ?? null,
      max: gate.demand.max ?? null,
      value: finite(gate.value) ?? null,
      verdict: gate.verdict,
      reason: formatReason(gate.reason),
      detail: formatGateDetail(gate),
    })),
  );
}
