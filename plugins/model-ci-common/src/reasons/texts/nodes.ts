/** What keeps a node from being empty. */
export const nodeTexts = {
  'node.keepsAttempts_one': '{{count, number}} stage still runs here',
  'node.keepsAttempts_other': '{{count, number}} stages still run here',
  'node.keepsDeployment':
    'version {{version}} of {{pipeline}} serves {{environment}} from here: {{reason}}',
  'node.moves': 'another node is about to take over',
  'node.moveFailed':
    'its replacement on another node failed; look at it and deploy the version again',
  'node.environmentBound':
    'modelCi.environments binds {{environment}} to {{node}}; name another node there, or stop the deployment',
  'node.environmentGone':
    'modelCi.environments does not have its environment any more; stop the deployment',
} as const;
