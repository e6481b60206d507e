/** Cards of the home page. */
export const homeMessages = {
  'home.mine.title': 'My model pipelines',
  'home.mine.waiting': 'Waiting for a decision',
  'home.mine.failed': 'Last run failed',
  'home.mine.deployed': 'Last deployed',
  'home.mine.nothingWaits': 'Nothing waits.',
  'home.mine.nothingFailed': 'No pipeline has failed.',
  'home.mine.nothingDeployed': 'Nothing has been deployed.',
  'home.mine.allRuns': 'All runs of my teams',
  'home.steps.title': 'First steps',
  'home.steps.done': 'Done: {{step}}',
  'home.steps.open': 'Not done yet: {{step}}',
  'home.steps.create': 'Create a model project from a template',
  'home.steps.createHelp': 'Its pipeline starts immediately.',
  'home.steps.look': 'Look at its first run',
  'home.steps.lookHelp': 'Stages, logs, tests, metrics and gates.',
  'home.steps.break': 'Break it',
  'home.steps.breakHelp':
    'Clone the repository and push a commit that spoils the model, for example by doubling its predictions. A test or a gate stops it.',
  'home.steps.mend': 'Mend it',
  'home.steps.mendHelp':
    'Push a commit that helps: a successful run registers a version.',
  'home.steps.compare': 'Compare two versions',
  'home.steps.compareHelp':
    'Metrics side by side, with intervals and verdicts.',
  'home.steps.deploy': 'Deploy a version, and ask it',
  'home.steps.deployHelp':
    'The model answers at a stable address; an earlier version is one click away.',
} as const;
