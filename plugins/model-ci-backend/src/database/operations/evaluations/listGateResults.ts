import type { Knex } from 'knex';
import { z } from 'zod';
import type { GateResult } from '@model-ci/backstage-plugin-model-ci-common';
import type { GateResultRow } from '../../tables/evaluations';
import { joinDecidingAttempts } from '../results/joinDecidingAttempts';

const verdictSchema = z.enum(['pass', 'fail', 'inconclusive']);

/** The gates of some runs, as the last attempts of their stages were judged. */
export async function listGateResults(
  db: Knex | Knex.Transaction,
  args: { runIds: string[] },
): Promise<Array<GateResult & { runId: string }>> {
  if (args.runIds.length === 0) return [];
  const rows: Array<GateResultRow & { stage: string }> = await db(
    'gate_results as r',
  )
    .modify(joinDecidingAttempts)
    .whereIn('r.run_id', args.runIds)
    .select('r.*', 's.name as stage')
    .orderBy(['s.position', 's.name', 'r.position']);
  return rows.map(row => ({
    runId: row.run_id,
    stage: row.stage,
    metric: row.metric,
    dataset: row.dataset ?? undefined,
    min: row.min ?? undefined,
    max: row.max ?? undefined,
    value: row.value ?? undefined,
    verdict: verdictSchema.parse(row.verdict),
    message: row.message,
  }));
}
