/** Words that more than one page uses. */
export const commonMessages = {
  'app.pipelinesTab': 'Pipelines',
  'app.nodesTab': 'Nodes',

  'image.onlyOn': 'only on {{node}}',

  'status.queued': 'Queued',
  'status.running': 'Running',
  'status.waiting': 'Waiting for a decision',
  'status.succeeded': 'Succeeded',
  'status.failed': 'Failed',
  'status.errored': 'Errored',
  'status.cancelled': 'Cancelled',
  'status.skipped': 'Skipped',

  'decided.continue': 'let through by {{people}}',
  'decided.stop': 'stopped by {{people}}',
  'decided.nobody': 'stopped because nobody decided in time',

  'waited.ended': 'waited {{duration}} for a decision',
  'waited.open': 'has waited {{duration}} for a decision',

  'phase.pending': 'Pending',
  'phase.collecting': 'Collecting results',

  'deploymentStatus.queued': 'Queued',
  'deploymentStatus.starting': 'Starting',
  'deploymentStatus.serving': 'Serving',
  'deploymentStatus.superseded': 'Superseded',
  'deploymentStatus.stopped': 'Stopped',
  'deploymentStatus.failed': 'Failed',

  'health.unknown': 'Health unknown',
  'health.healthy': 'Healthy',
  'health.unhealthy': 'Unhealthy',
  'health.restarting': 'Restarting',

  'trigger.push': 'Push',
  'trigger.tag': 'Tag',
  'trigger.pull_request': 'Pull request',
  'pullRequest.title': 'Pull request',
  'pullRequest.link': 'Request {{number}}',
  'pullRequest.branches': '{{source}} into {{target}}',
  'pullRequest.trust': 'Origin',
  'pullRequest.fork': 'A fork; the run gets no secrets',
  'run.untrusted':
    'A commit that may come from a fork; the run belongs to no branch and gets no secrets',
  'trigger.schedule': 'By schedule',
  'trigger.scheduleNamed': 'By schedule {{name}}',
  'trigger.manual': 'Started manually',
  'trigger.template': 'Created from a template',
  'trigger.external': 'Reported by another CI',

  'common.reason': 'Reason',
  'common.reasonHelp': 'Recorded in the history.',
  'common.retry': 'Try again',
  'common.cancel': 'Cancel',
  'common.close': 'Close',
  'common.all': 'All',
  'common.none': 'None',
  'common.loading': 'Loading…',
  'common.refreshFailed':
    'Refresh failed: {{message}}. The data shown may be out of date.',
  'common.actionFailed': 'The action failed',
  'common.filter': 'Filter',
  'common.clearFilters': 'Clear filters',
  'common.showDetails': 'Show details',
  'common.hideDetails': 'Hide details',
  'common.copyCommit': 'Copy commit {{commit}}',
  'common.copyTree': 'Copy tree {{tree}}',
  'common.copyDigest': 'Copy digest {{digest}}',
  'common.version': 'Version {{version}}',
  'common.run': 'Run {{number}}',
  'common.platform': 'Model CI',

  'paging.label': 'Pages',
  'paging.newest': 'First page',
  'paging.previous': 'Previous page',
  'paging.next': 'Next page',

  'permission.loading': 'Checking your permissions…',
  'permission.run':
    'You do not have permission to run this pipeline. Ask its owner, {{owner}}, or a portal administrator for the permission “model-ci.pipeline.run”.',
  'permission.decide':
    'You do not have permission to decide about stages of this pipeline. Ask its owner, {{owner}}, or a portal administrator for the permission “model-ci.stage.decide”.',
  'permission.cancel':
    'You do not have permission to cancel runs of this pipeline. Ask its owner, {{owner}}, or a portal administrator for the permission “model-ci.pipeline.cancel”.',
  'permission.deploy':
    'You do not have permission to deploy this pipeline. Ask its owner, {{owner}}, or a portal administrator for the permission “model-ci.pipeline.deploy”.',
  'permission.invoke':
    'You do not have permission to call this model. Ask its owner, {{owner}}, or a portal administrator for the permission “model-ci.endpoint.invoke”.',
  'permission.token':
    'You do not have permission to manage tokens of this pipeline. Ask its owner, {{owner}}, or a portal administrator for the permission “model-ci.token.manage”.',
  'permission.ownerUnknown': 'unknown',
  'permission.failed': 'Your permissions could not be checked: {{message}}',

  'entity.noPipelineTitle': 'No pipeline for this model',
  'entity.noPipelineDescription':
    'To add one, define a ModelPipeline in the catalog-info.yaml of the repository and set its spec.model to this component, or create a project from a template.',
  'entity.selectPipeline': 'Pipeline',
  'entity.createProject': 'Create a model project',
} as const;
