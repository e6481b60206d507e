import type { Knex } from 'knex';
import type { MetricLine } from '@model-ci/backstage-plugin-model-ci-common';

/** In the order of the index `evaluations_history`. */
const COLUMNS = ['environment', 'instance', 'slice', 'metric', 'dataset'];

/**
 * The lines that a pipeline has values of, those of whole runs first. Steps from one to the next in the index
 * `evaluations_history`, so that it costs a few looks per line, however many values there are.
 */
export async function listMetricLines(
  db: Knex | Knex.Transaction,
  args: { pipelineRef: string; limit: number },
): Promise<MetricLine[]> {
  const inOrder = () =>
    db('evaluations as e')
      .where('e.pipeline_ref', args.pipelineRef)
      .orderBy(COLUMNS.map(column => `e.${column}`))
      .limit(1);
  const list = (prefix: string) =>
    COLUMNS.map(column => `${prefix}.${column}`).join(', ');
  const next = () => inOrder().whereRaw(`(${list('e')}) > (${list('lines')})`);

  const rows: Array<Record<string, string>> = await db
    .withRecursive('lines', COLUMNS, query =>
      query
        .select(COLUMNS.map(column => `first.${column}`))
        .from(
          inOrder()
            .select(COLUMNS.map(column => `e.${column}`))
            .as('first'),
        )
        .unionAll(following =>
          following
            .select(
              COLUMNS.map(column => next().select(`e.${column}`).as(column)),
            )
            .from('lines')
            .whereNotNull('lines.metric'),
        ),
    )
    .select(COLUMNS)
    .from('lines')
    .whereNotNull('metric')
    .limit(args.limit);
  return rows.map(row => ({
    metric: row.metric,
    dataset: row.dataset || undefined,
    environment: row.environment || undefined,
    instance: row.instance || undefined,
    slice: row.slice || undefined,
  }));
}
