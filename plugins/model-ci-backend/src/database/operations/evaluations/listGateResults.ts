import type { Knex } from 'knex';
import { z } from 'zod';
import {
  parseReason,
  type GateResult,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { GateResultRow } from '../../tables/evaluations';
import { goingOn } from '../stages/goingOn';
import { parseGateDetail } from './storedGateDetail';

const verdictSchema = z.enum(['pass', 'fail', 'inconclusive']);

export interface ListedGateResult extends GateResult {
  runId: string;
  /** Of an instance that was selected: what it measured is what its stage measured. */
  isSelected?: true;
}

/**
 * The gates of some runs, as the last attempts of their stages were judged, and then those of all executions of a stage
 * together. What a retry has opened again is not judged yet.
 */
export async function listGateResults(
  db: Knex | Knex.Transaction,
  args: {
    runIds: string[];
    /** Leaves out what judged instances that were not selected: no version is made of them. */
    goingOn?: boolean;
  },
): Promise<ListedGateResult[]> {
  if (args.runIds.length === 0) return [];
  const rows: Array<
    GateResultRow & {
      stage: string;
      instance: string | null;
      selected: boolean | number | null;
    }
  > = await db('gate_results as r')
    .join('stages as s', 's.id', 'r.stage_id')
    .leftJoin('attempts as a', 'a.id', 'r.attempt_id')
    .whereIn('r.run_id', args.runIds)
    .modify(query => {
      if (args.goingOn) {
        goingOn(query, 's');
      }
    })
    .where(deciding =>
      deciding
        .whereNotNull('a.id')
        .orWhereNotIn('s.status', ['queued', 'running']),
    )
    .whereNotExists(later =>
      later
        .select('later.id')
        .from('attempts as later')
        .whereRaw('later.stage_id = a.stage_id and later.number > a.number'),
    )
    .select('r.*', 's.name as stage', 's.instance as instance', 's.selected')
    .orderBy(['s.position', 's.name', 's.instance', 'r.position', 'r.id']);
  return rows.map(row => ({
    runId: row.run_id,
    stage: row.stage,
    instance: row.instance || undefined,
    ...(row.selected && { isSelected: true }),
    metric: row.metric,
    dataset: row.dataset ?? undefined,
    slice: row.slice || undefined,
    value: row.value ?? undefined,
    verdict: verdictSchema.parse(row.verdict),
    reason: parseReason(row.reason),
    ...parseGateDetail(row),
  }));
}
