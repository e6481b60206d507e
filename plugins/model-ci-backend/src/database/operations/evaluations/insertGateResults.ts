import type { Knex } from 'knex';
import type { JudgedGate } from '../results/types';
import { insertRows } from '../../insertRows';
import type { GateResultRow } from '../../tables/evaluations';

/** Records the verdicts of one attempt's gates. */
export async function insertGateResults(
  db: Knex | Knex.Transaction,
  args: { runId: string; attemptId: string; gates: JudgedGate[] },
): Promise<void> {
  await insertRows<GateResultRow>(
    db,
    'gate_results',
    args.gates.map((gate, position) => ({
      attempt_id: args.attemptId,
      position,
      run_id: args.runId,
      metric: gate.metric,
      dataset: gate.dataset ?? null,
      min: gate.min ?? null,
      max: gate.max ?? null,
      value: gate.value ?? null,
      verdict: gate.verdict,
      message: gate.message,
    })),
  );
}
