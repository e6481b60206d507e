/** The page over all pipelines. */
export const pipelinesMessages = {
  'pipelines.caption': 'All model pipelines',
  'pipelines.column.pipeline': 'Pipeline',
  'pipelines.column.owner': 'Owner',
  'pipelines.column.lastRun': 'Last run',
  'pipelines.column.metrics': 'Latest metrics',
  'pipelines.column.serving': 'Serving',
  'pipelines.filter.search': 'Search by name',
  'pipelines.filter.status': 'Last run',
  'pipelines.filter.owner': 'Owner',
  'pipelines.filter.ownerHelp': 'An entity reference, such as group:default/ml',
  'pipelines.noRun': 'No run yet',
  'pipelines.noMetrics': 'No metrics yet',
  'pipelines.notServing': 'Not deployed',
  'pipelines.moreMetrics_one': 'and {{count}} more',
  'pipelines.moreMetrics_other': 'and {{count}} more',
  'pipelines.empty.title': 'No model pipelines yet',
  'pipelines.empty.description':
    'Create a model project from a template: it comes with a repository, a pipeline and a first run.',
  'pipelines.noMatch.title': 'No pipeline matches',
  'pipelines.noMatch.description':
    'No pipeline that you may see fits these filters.',
} as const;
