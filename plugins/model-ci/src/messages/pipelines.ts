/** The page over all pipelines. */
export const pipelinesMessages = {
  'pipelines.caption': 'Model pipelines',
  'pipelines.column.pipeline': 'Pipeline',
  'pipelines.column.owner': 'Owner',
  'pipelines.column.lastRun': 'Last run',
  'pipelines.column.metrics': 'Latest metrics',
  'pipelines.column.serving': 'Serving',
  'pipelines.filter.search': 'Search by name',
  'pipelines.filter.status': 'Last run',
  'pipelines.filter.owner': 'Owner',
  'pipelines.filter.mine': 'My teams and I',
  'pipelines.sourceProblem': 'The repository has a problem',
  'pipelines.noRun': 'No runs',
  'pipelines.noMetrics': 'No metrics',
  'pipelines.notServing': 'Not deployed',
  'pipelines.moreMetrics_one': '{{count, number}} more',
  'pipelines.moreMetrics_other': '{{count, number}} more',
  'pipelines.empty.title': 'No model pipelines yet',
  'pipelines.empty.description':
    'Create a model project from a template, or register a repository that has a pipeline.',
  'pipelines.noMatch.title': 'No matching pipelines',
  'pipelines.noMatch.description': 'No pipelines match the selected filters.',
} as const;
