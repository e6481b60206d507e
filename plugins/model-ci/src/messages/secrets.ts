/** Named values that stages and services may use and that nothing shows. */
export const secretsMessages = {
  'secrets.description':
    'Stages and the service name them under secrets and find each in the environment variable of its name. Values are encrypted, never shown again, and masked in logs and reports.',
  'secrets.caption': 'Secrets of this pipeline and of its owner',
  'secrets.notReady':
    'This portal has no key to encrypt secrets with. An administrator has to set modelCi.secrets.keys before any can be set; stages that ask for one fail until then.',
  'secrets.readOnly':
    'To change secrets you need the permission “model-ci.secret.write”. Ask the owner of the pipeline, {{owner}}, or a portal administrator.',
  'secrets.empty.title': 'No secrets',
  'secrets.empty.description':
    'Set the tokens and passwords that stages need here instead of writing them into the repository.',
  'secrets.column.name': 'Name',
  'secrets.column.scope': 'For',
  'secrets.column.users': 'Used by',
  'secrets.column.by': 'Set by',
  'secrets.column.at': 'When',
  'secrets.scope.pipeline': 'This pipeline',
  'secrets.scope.environment': 'Deployments to {{environment}}',
  'secrets.scope.owner': 'Pipelines of {{owner}}',
  'secrets.inVault': 'In vault {{vault}}',
  'secrets.notReleased': 'not released for this pipeline',
  'secrets.serving': 'the service',
  'secrets.unused': 'nothing at the default branch',
  'secrets.missing':
    '{{name}} is not set, and {{users}} at the default branch asks for it.',
  'secrets.set': 'Set a secret',
  'secrets.setIt': 'Set {{name}}',
  'secrets.replace': 'Replace',
  'secrets.replaceTitle': 'Replace the value of {{name}}',
  'secrets.delete': 'Delete',
  'secrets.release': 'Release for this pipeline',
  'secrets.withdraw': 'Take back from this pipeline',
  'secrets.deleteDialog.title': 'Delete the secret {{name}}',
  'secrets.deleteDialog.description':
    'What runs keeps it until it ends. Later stages and services that ask for it fail, unless another place has one of this name.',
  'secrets.form.name': 'Name',
  'secrets.form.nameHelp':
    'Letters, digits and _, such as HF_TOKEN: it becomes an environment variable',
  'secrets.form.scopeHelp':
    'An environment’s comes before the pipeline’s, and the pipeline’s before its owner’s',
  'secrets.form.kept': 'Where it is kept',
  'secrets.form.keptHere': 'Kept by the portal',
  'secrets.form.value': 'Value',
  'secrets.form.valueHelp':
    'At least 8 characters, so that it can be masked; several lines are fine. It is not shown again.',
  'secrets.form.submit': 'Set',
} as const;
