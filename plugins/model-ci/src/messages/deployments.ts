/** The tab of deployments, and the dialogs that change what serves. */
export const deploymentsMessages = {
  'deployments.caption': 'Deployments, newest first',
  'deployments.environments.none': 'No environments configured',
  'deployments.environments.noneHelp':
    'Environments are configured under modelCi.environments in app-config.',
  'deployments.environments.empty': 'No version is serving.',
  'deployments.environments.version': 'Version {{version}}',
  'deployments.environments.since': 'Started serving',
  'deployments.environments.restarts_one': '{{count, number}} restart',
  'deployments.environments.restarts_other': '{{count, number}} restarts',
  'deployments.environments.replicas_one':
    '{{ready, number}} of {{count, number}} replica ready',
  'deployments.environments.replicas_other':
    '{{ready, number}} of {{count, number}} replicas ready',
  'deployments.environments.nextRestart': 'next restart',
  'deployments.environments.endpoint': 'Endpoint',
  'deployments.environments.copyEndpoint':
    'Copy the endpoint URL of {{environment}}',
  'deployments.environments.underWay': 'Version {{version}} is starting…',
  'deployments.environments.latestFailed':
    'The latest deployment (version {{version}}) failed: {{reason}}',

  'deployments.deploy': 'Deploy',
  'deployments.deployLabel': 'Deploy a version',
  'deployments.deployTo': 'Deploy to {{environment}}',
  'deployments.deployVersion': 'Deploy version {{version}}',
  'deployments.noVersions':
    'No deployable version yet. A version is registered when a run of the default branch succeeds; the pipeline definition must contain a serving section.',
  'deployments.dialog.title': 'Deploy a version',
  'deployments.dialog.description':
    'The new version starts alongside the current one. Traffic switches to it once it is healthy.',
  'deployments.dialog.version': 'Version',
  'deployments.dialog.openVersion': 'Open version {{version}}',
  'deployments.dialog.notServable': 'no serving section',
  'deployments.dialog.unreadable': 'definition cannot be read',
  'deployments.dialog.environment': 'Environment',
  'deployments.dialog.comment': 'Comment (optional)',
  'deployments.dialog.commentHelp': 'Shown in the deployment history.',
  'deployments.dialog.typed': 'Type {{text}} to confirm',
  'deployments.dialog.submit': 'Deploy',

  'deployments.rollBack': 'Roll back',
  'deployments.rollBackLabel':
    'Roll back {{environment}} to version {{version}}',
  'deployments.rollBackDialog.title':
    'Roll back {{environment}} to version {{version}}?',
  'deployments.rollBackDialog.description':
    'Version {{version}} starts alongside the current one. Traffic switches to it once it is healthy.',
  'deployments.rollBackDialog.submit': 'Roll back',

  'deployments.stop': 'Stop serving',
  'deployments.stopLabel':
    'Stop serving version {{version}} in {{environment}}',
  'deployments.stopDialog.title':
    'Stop serving version {{version}} in {{environment}}?',
  'deployments.stopDialog.description':
    'The endpoint stays unavailable until another version is deployed.',
  'deployments.stopDialog.submit': 'Stop serving',

  'deployments.column.status': 'Status',
  'deployments.column.version': 'Version',
  'deployments.column.environment': 'Environment',
  'deployments.column.by': 'Deployed by',
  'deployments.column.when': 'Time',
  'deployments.column.why': 'Reason',
  'deployments.column.actions': 'Actions',
  'deployments.trigger.manual': 'Manual',
  'deployments.trigger.automatic': 'Automatic',
  'deployments.trigger.rollback': 'Rollback',
  'deployments.details': 'Deployment details',
  'deployments.detail.history': 'History',
  'deployments.detail.image': 'Image',
  'deployments.detail.log': 'Service log (last lines)',
  'deployments.detail.noLog': 'The service has not written any output.',
  'deployments.empty.title': 'No deployments yet',
  'deployments.empty.description':
    'Deploy a version to serve predictions from it.',
} as const;
