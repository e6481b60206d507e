/** The tab of deployments, and the dialogs that change what serves. */
export const deploymentsMessages = {
  'deployments.caption': 'Deployments, newest first',
  'deployments.environments.none': 'No environment is configured',
  'deployments.environments.noneHelp':
    'A platform engineer names environments under modelCi.environments in app-config.',
  'deployments.environments.empty': 'Nothing serves here yet.',
  'deployments.environments.version': 'Version {{version}}',
  'deployments.environments.since': 'began to serve',
  'deployments.environments.restarts_one': '{{count}} restart after a crash',
  'deployments.environments.restarts_other': '{{count}} restarts after crashes',
  'deployments.environments.nextRestart': 'next restart',
  'deployments.environments.endpoint': 'Endpoint',
  'deployments.environments.copyEndpoint':
    'Copy the address of {{environment}}',
  'deployments.environments.underWay': 'Version {{version}} is starting …',
  'deployments.environments.latestFailed':
    'The latest deployment, of version {{version}}, failed: {{reason}}',

  'deployments.deploy': 'Deploy',
  'deployments.deployLabel': 'Deploy a version',
  'deployments.deployTo': 'Deploy to {{environment}}',
  'deployments.deployVersion': 'Deploy version {{version}}',
  'deployments.noVersions':
    'There is no version that can serve yet: a successful run of the default branch, whose definition has serving, registers one.',
  'deployments.dialog.title': 'Deploy a version',
  'deployments.dialog.description':
    'The version starts beside what serves now, and takes over the endpoint only once it is healthy.',
  'deployments.dialog.version': 'Version',
  'deployments.dialog.versionOption': 'Version {{version}} · {{commit}}',
  'deployments.dialog.notServable': 'has no serving',
  'deployments.dialog.environment': 'Environment',
  'deployments.dialog.comment': 'Comment (optional)',
  'deployments.dialog.commentHelp':
    'Why this version; it stays in the history.',
  'deployments.dialog.submit': 'Deploy',

  'deployments.rollBack': 'Roll back to this',
  'deployments.rollBackLabel':
    'Roll back {{environment}} to version {{version}}',
  'deployments.rollBackDialog.title':
    'Roll back {{environment}} to version {{version}}?',
  'deployments.rollBackDialog.description':
    'That version is started again and takes over once it is healthy. What serves now keeps serving until then.',
  'deployments.rollBackDialog.submit': 'Roll back',

  'deployments.stop': 'Take out of service',
  'deployments.stopLabel': 'Take version {{version}} out of {{environment}}',
  'deployments.stopDialog.title':
    'Take version {{version}} out of {{environment}}?',
  'deployments.stopDialog.description':
    'The endpoint then answers nobody until another version is deployed.',
  'deployments.stopDialog.submit': 'Take out of service',

  'deployments.column.status': 'Status',
  'deployments.column.version': 'Version',
  'deployments.column.environment': 'Environment',
  'deployments.column.by': 'By',
  'deployments.column.when': 'When',
  'deployments.column.why': 'Why',
  'deployments.column.actions': 'Actions',
  'deployments.trigger.manual': 'Deployed by hand',
  'deployments.trigger.automatic': 'Deployed by its run',
  'deployments.trigger.rollback': 'Rolled back',
  'deployments.details': 'Details of this deployment',
  'deployments.detail.history': 'Changes of state',
  'deployments.detail.log': 'End of the service’s log',
  'deployments.detail.noLog': 'The service wrote nothing.',
  'deployments.empty.title': 'Nothing has been deployed yet',
  'deployments.empty.description':
    'Deploy a version: it starts beside what serves now, and takes over only once it is healthy.',

  'tryIt.title': 'Try it',
  'tryIt.open': 'Try it',
  'tryIt.openLabel': 'Send a prediction to {{environment}}',
  'tryIt.description':
    'Sends this JSON to POST {{path}} of the version that serves.',
  'tryIt.input': 'Request (JSON)',
  'tryIt.invalid': 'This is not JSON: {{message}}',
  'tryIt.send': 'Send',
  'tryIt.answer': 'Answer',
  'tryIt.status': 'HTTP {{status}} in {{duration}}',
} as const;
