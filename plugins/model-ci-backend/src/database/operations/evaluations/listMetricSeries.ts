import type { Knex } from 'knex';

/** Which values belong to one line of a chart. */
export interface MetricSeries {
  metric: string;
  /** Empty when the reports name none. */
  dataset: string;
}

export interface SeriesScope {
  pipelineRef: string;
  /** Empty for the runs themselves. */
  environment: string;
  /** Key of one execution of a stage; absent for what stages measured as a whole. */
  instance?: string;
  metric?: string;
  dataset?: string;
}

/**
 * The metrics that a pipeline has ever reported. Steps from one to the next in the index
 * `evaluations_history`, so that it costs one look per metric, however many values there are. `more` says that there are
 * others beyond the limit.
 */
export async function listMetricSeries(
  db: Knex | Knex.Transaction,
  args: SeriesScope & { limit: number },
): Promise<{ series: MetricSeries[]; more: boolean }> {
  const { metric, dataset } = args;
  if (metric !== undefined && dataset !== undefined) {
    return { series: [{ metric, dataset }], more: false };
  }
  const inScope = () => {
    const query = db('evaluations as e')
      .where('e.pipeline_ref', args.pipelineRef)
      .where('e.environment', args.environment)
      .where('e.instance', args.instance ?? '')
      .where('e.slice', '');
    if (metric !== undefined) query.where('e.metric', metric);
    return query.orderBy(['e.metric', 'e.dataset']).limit(1);
  };
  // With the metric fixed, PostgreSQL would start at its first value and not where the pair begins.
  const next = () =>
    metric === undefined
      ? inScope().whereRaw(
          '(e.metric, e.dataset) > (series.metric, series.dataset)',
        )
      : inScope().whereRaw('e.dataset > series.dataset');

  const rows: MetricSeries[] = await db
    .withRecursive('series', ['metric', 'dataset'], query =>
      query
        .select('first.metric', 'first.dataset')
        .from(inScope().select('e.metric', 'e.dataset').as('first'))
        .unionAll(following =>
          following
            .select(
              next().select('e.metric').as('metric'),
              next().select('e.dataset').as('dataset'),
            )
            .from('series')
            .whereNotNull('series.metric'),
        ),
    )
    .select('metric', 'dataset')
    .from('series')
    .whereNotNull('metric')
    .limit(args.limit + 1);
  const series = rows.slice(0, args.limit);
  // The index knows the data set only below the metric: stepping over it would read every value.
  return {
    series:
      dataset === undefined
        ? series
        : series.filter(row => row.dataset === dataset),
    more: rows.length > args.limit,
  };
}
