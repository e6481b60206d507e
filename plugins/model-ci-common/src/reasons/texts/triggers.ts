/** Why what a code host announced started no run, or what is to be known of the run. */
export const triggerTexts = {
  'trigger.reached': 'The host reaches this portal; nothing was pushed',
  'trigger.deleted': '{{ref}} was deleted; there is nothing to run',
  'trigger.noPush': 'The definition names no pushes that start runs',
  'trigger.otherBranch':
    'triggers.push.branches of the definition does not name {{branch}}',
  'trigger.otherTag':
    'triggers.push.tags of the definition does not name {{tag}}',
  'trigger.otherPaths':
    'None of the changed files matches triggers.push.paths of the definition',
  'trigger.pathsUnknown':
    'Started because the changed files are not known, so that triggers.push.paths decides nothing',
  'trigger.skippedByMessage':
    'The commit message asks for no run: it has [skip ci] or [ci skip]',
  'trigger.skippedByOption': 'The push asked for no run by the option ci.skip',
  'trigger.otherRepository':
    'In the catalog, this pipeline comes from another repository',
  'trigger.noPullRequest':
    'The definition names no pull requests that start runs',
  'trigger.otherTarget':
    'triggers.pullRequest.branches of the definition does not name {{branch}}',
  'trigger.otherRequestPaths':
    'None of the changed files matches triggers.pullRequest.paths of the definition',
  'trigger.requestPathsUnknown':
    'Started because the changed files are not known, so that triggers.pullRequest.paths decides nothing',
  'trigger.requestClosed':
    'Pull request {{number}} was closed; its runs were cancelled',
  'trigger.requestMoved':
    'Pull request {{number}} has changed since; the newer delivery counts',
  'trigger.needsAgreement':
    'The change comes from a fork: a run starts once somebody who may start runs agrees, and gets no secrets',
  'trigger.started': 'It has started a run',
  'trigger.notWaiting': 'This delivery does not wait for anybody: {{state}}',
  'trigger.notInCatalog':
    'The catalog does not have this pipeline yet; it is looked for again',
  'trigger.unreadable': 'The definition cannot be read: {{problem}}',
  'trigger.triedAgain': 'Not started yet, it is tried again: {{problem}}',
  'trust.notOnRef':
    'Commit {{commit}} is not on {{ref}} of {{repository}}: it was not pushed there, or the branch or tag has been moved or deleted since',
  'trust.hostNotAsked':
    'Whether commit {{commit}} is on {{ref}} was not found out: {{ref}} is at another commit now, and the host of {{repository}} cannot be asked for more',
  'trust.notFoundOut':
    'It could not be verified that commit {{commit}} was pushed to {{repository}}: {{problem}}',
  'trigger.scheduleMissed':
    'The run of {{time}} was left out: it was more than {{days}} days late',
} as const;
