/** Words that more than one page uses. */
export const commonMessages = {
  'app.pipelinesTab': 'Pipelines',
  'app.nodesTab': 'Nodes',

  'status.queued': 'Queued',
  'status.running': 'Running',
  'status.succeeded': 'Succeeded',
  'status.failed': 'Failed',
  'status.errored': 'Errored',
  'status.cancelled': 'Cancelled',
  'status.skipped': 'Skipped',

  'deploymentStatus.queued': 'Queued',
  'deploymentStatus.starting': 'Starting',
  'deploymentStatus.serving': 'Serving',
  'deploymentStatus.superseded': 'Superseded',
  'deploymentStatus.stopped': 'Stopped',
  'deploymentStatus.failed': 'Failed',

  'health.unknown': 'Health not known yet',
  'health.healthy': 'Healthy',
  'health.unhealthy': 'Unhealthy',
  'health.restarting': 'Restarting',

  'trigger.push': 'Push',
  'trigger.manual': 'Started by hand',
  'trigger.template': 'Created from a template',

  'common.retry': 'Try again',
  'common.cancel': 'Cancel',
  'common.close': 'Close',
  'common.all': 'All',
  'common.none': 'None',
  'common.loading': 'Loading…',
  'common.refreshFailed':
    'Could not refresh: {{message}}. What you see may be out of date.',
  'common.actionFailed': 'That did not work',
  'common.filter': 'Filter',
  'common.clearFilters': 'Clear filters',
  'common.showDetails': 'Show details',
  'common.hideDetails': 'Hide details',
  'common.copyCommit': 'Copy commit {{commit}}',
  'common.copyDigest': 'Copy digest {{digest}}',
  'common.version': 'Version {{version}}',
  'common.run': 'Run {{number}}',
  'common.platform': 'Model CI',

  'paging.label': 'Pages',
  'paging.newest': 'First page',
  'paging.previous': 'Previous page',
  'paging.next': 'Next page',

  'permission.loading': 'Checking whether you may do this…',
  'permission.run':
    'You may not start runs of this pipeline. Its owner, {{owner}}, can; ask them or a portal administrator for the permission “model-ci.pipeline.run”.',
  'permission.cancel':
    'You may not cancel runs of this pipeline. Its owner, {{owner}}, can; ask them or a portal administrator for the permission “model-ci.pipeline.cancel”.',
  'permission.deploy':
    'You may not deploy versions of this pipeline. Its owner, {{owner}}, can; ask them or a portal administrator for the permission “model-ci.pipeline.deploy”.',
  'permission.invoke':
    'You may not send predictions to this model. Its owner, {{owner}}, can; ask them or a portal administrator for the permission “model-ci.endpoint.invoke”.',
  'permission.ownerUnknown': 'the owner',
  'permission.failed':
    'Whether you may do this could not be checked: {{message}}',

  'entity.noPipelineTitle': 'No pipeline trains this model yet',
  'entity.noPipelineDescription':
    'Add a ModelPipeline to the catalog-info.yaml of its repository whose spec.model names this component, or create a project from a template.',
  'entity.selectPipeline': 'Pipeline',
  'entity.createProject': 'Create a model project',
} as const;
