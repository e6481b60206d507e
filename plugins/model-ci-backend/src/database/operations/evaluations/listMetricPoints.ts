import type { Knex } from 'knex';
import type { Evaluation } from '@model-ci/backstage-plugin-model-ci-common';
import type { EvaluationRow } from '../../tables/evaluations';
import type { MetricSeries, SeriesScope } from './listMetricSeries';
import { toEvaluation, type JoinedEvaluationRow } from './toEvaluation';

/**
 * The newest values of each of some metrics, newest first, in one statement with one walk of the index
 * `evaluations_history` per metric.
 */
export async function listMetricPoints(
  db: Knex | Knex.Transaction,
  args: Pick<SeriesScope, 'pipelineRef' | 'environment' | 'instance'> & {
    series: MetricSeries[];
    from?: string;
    to?: string;
    /** Values of each metric. */
    limit: number;
  },
): Promise<Evaluation[]> {
  if (args.series.length === 0) return [];

  const newest = ({ metric, dataset }: MetricSeries) => {
    const query = db<EvaluationRow>('evaluations')
      .where({
        pipeline_ref: args.pipelineRef,
        environment: args.environment,
        instance: args.instance ?? '',
        slice: '',
        metric,
        dataset,
      })
      .orderBy([
        { column: 'created_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(args.limit);
    if (args.from !== undefined) query.where('created_at', '>=', args.from);
    if (args.to !== undefined) query.where('created_at', '<=', args.to);
    return db.select('*').from(query.as('newest'));
  };
  const [first, ...others] = args.series.map(newest);
  const points = others.length > 0 ? first.unionAll(others) : first;

  const rows: JoinedEvaluationRow[] = await db
    .select('p.*', 'runs.number as run_number', 'runs.commit', 'v.version')
    .from(points.as('p'))
    .join('runs', 'runs.id', 'p.run_id')
    .leftJoin('version_runs as v', 'v.run_id', 'p.run_id')
    .orderBy([
      { column: 'p.created_at', order: 'desc' },
      { column: 'p.id', order: 'desc' },
    ]);
  return rows.map(toEvaluation);
}
