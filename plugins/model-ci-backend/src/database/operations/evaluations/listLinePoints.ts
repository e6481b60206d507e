import type { Knex } from 'knex';
import type {
  MeasuredEvaluation,
  MetricLine,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { EvaluationRow } from '../../tables/evaluations';
import { toMeasured, type MeasuredRow } from './toEvaluation';

export interface LinePoint extends MeasuredEvaluation {
  branch?: string;
}

/** The newest values of one line, newest first; walks the index `evaluations_history`. */
export async function listLinePoints(
  db: Knex | Knex.Transaction,
  args: {
    pipelineRef: string;
    line: MetricLine;
    /** Only of runs that registered a version. */
    versionsOnly: boolean;
    from?: string;
    to?: string;
    limit: number;
  },
): Promise<LinePoint[]> {
  const { line } = args;
  const query = db<EvaluationRow>('evaluations as e')
    .join('runs', 'runs.id', 'e.run_id')
    .where('e.pipeline_ref', args.pipelineRef)
    .where('e.environment', line.environment ?? '')
    .where('e.instance', line.instance ?? '')
    .where('e.slice', line.slice ?? '')
    .where('e.metric', line.metric)
    .where('e.dataset', line.dataset ?? '')
    // What was not measured has no place in a chart.
    .whereNotNull('e.value')
    .orderBy([
      { column: 'e.created_at', order: 'desc' },
      { column: 'e.id', order: 'desc' },
    ])
    .limit(args.limit);
  if (args.versionsOnly) {
    query.join('version_runs as v', 'v.run_id', 'e.run_id');
  } else {
    query.leftJoin('version_runs as v', 'v.run_id', 'e.run_id');
  }
  if (args.from !== undefined) query.where('e.created_at', '>=', args.from);
  if (args.to !== undefined) query.where('e.created_at', '<=', args.to);
  const rows: Array<MeasuredRow & { branch: string | null }> =
    await query.select(
      'e.*',
      'runs.number as run_number',
      'runs.commit',
      'runs.branch',
      'v.version',
    );
  return rows.map(row => ({
    ...toMeasured(row),
    branch: row.branch ?? undefined,
  }));
}
