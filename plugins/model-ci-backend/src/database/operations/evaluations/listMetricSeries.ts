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
  metric?: string;
  dataset?: string;
}

/**
 * The metrics that a pipeline has ever reported. Steps from one to the next in the index
 * `evaluations_history`, so that it costs one look per metric, however many values there are.
 */
export async function listMetricSeries(
  db: Knex | Knex.Transaction,
  args: SeriesScope & { limit: number },
): Promise<MetricSeries[]> {
  const inScope = () => {
    const query = db('evaluations as e')
      .where('e.pipeline_ref', args.pipelineRef)
      .where('e.environment', args.environment)
      .where('e.slice', '');
    if (args.metric !== undefined) query.where('e.metric', args.metric);
    if (args.dataset !== undefined) query.where('e.dataset', args.dataset);
    return query.orderBy(['e.metric', 'e.dataset']).limit(1);
  };
  const next = () =>
    inScope().whereRaw(
      '(e.metric, e.dataset) > (series.metric, series.dataset)',
    );

  const rows: MetricSeries[] = await db
    .withRecursive('series', ['metric', 'dataset'], query =>
      query
        .select('first.metric', 'first.dataset')
        .from(inScope().select('e.metric', 'e.dataset').as('first'))
        .unionAll(following =>
          following
            .select(next().select('e.metric').as('metric'), next().select('e.dataset').as('dataset'))
            .from('series')
            .whereNotNull('series.metric'),
        ),
    )
    .select('metric', 'dataset')
    .from('series')
    .whereNotNull('metric')
    .limit(args.limit);
  return rows;
}
