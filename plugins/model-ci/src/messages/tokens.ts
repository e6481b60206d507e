/** Tokens by which machines report to a pipeline. */
export const tokensMessages = {
  'tokens.intro':
    'With a token, another CI such as Jenkins, Travis CI, GitHub Actions or GitLab CI reports its builds to this pipeline and obeys its gates.',
  'tokens.caption': 'Tokens of this pipeline, newest first',
  'tokens.name': 'Name',
  'tokens.actions': 'Allowed actions',
  'tokens.createdBy': 'Created',
  'tokens.lastUsed': 'Last used',
  'tokens.never': 'Never',
  'tokens.expires': 'Expires',
  'tokens.expired': 'Expired',
  'tokens.alsoFor': 'Also for {{pipelines}}',
  'tokens.hidden': 'You cannot see the tokens of this pipeline',
  'tokens.action.report': 'Report',
  'tokens.action.gate': 'Gates',
  'tokens.action.artifact': 'Artifacts',
  'tokens.action.deploy': 'Deploy',
  'tokens.actionHint.report': 'Report runs, stages, logs and reports',
  'tokens.actionHint.gate': 'Ask for the verdict of gates',
  'tokens.actionHint.artifact': 'Upload artifacts',
  'tokens.actionHint.deploy': 'Deploy the version of a reported run',
  'tokens.empty.title': 'No tokens yet',
  'tokens.empty.description':
    'Create a token and keep it with the secrets of your CI.',
  'tokens.create.button': 'Create token',
  'tokens.create.title': 'Create token',
  'tokens.create.nameHint': 'For example, the CI that will use it: “Jenkins”',
  'tokens.create.actsAs':
    'The token acts on your behalf: it can never do more than you, and stops working when you lose your permissions.',
  'tokens.create.validity': 'Expires in',
  'tokens.create.days': '{{days}} days',
  'tokens.create.submit': 'Create',
  'tokens.create.failed': 'The token could not be created',
  'tokens.created.use':
    'Store it as a secret of your CI, in the environment variable MODEL_CI_TOKEN.',
  'tokens.revoke.button': 'Revoke',
  'tokens.revoke.label': 'Revoke {{name}}',
  'tokens.revoke.description':
    'Builds that use this token can no longer report, for any of its pipelines. This action cannot be undone.',
} as const;
