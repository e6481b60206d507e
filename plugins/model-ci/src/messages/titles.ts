/** Titles of the page and of the tabs of entities: Backstage wants them before it loads languages. */
export const titleMessages = {
  'app.title': 'Model pipelines',
  'runs.title': 'Runs',
  'evaluations.title': 'Evaluations',
  'deployments.title': 'Deployments',
  'settings.title': 'Settings',
  'tokens.title': 'CI tokens',
  'secrets.title': 'Secrets',
} as const;
