/** Why the embedded git host refuses what somebody asked for. */
export const gitHostTexts = {
  'gitHost.noRepository': "There is no repository '{{repository}}'",
  'gitHost.noBranch': "The repository has no branch '{{branch}}'",
  'gitHost.branchMoved': 'Branch {{branch}} has moved meanwhile: try again',
  'gitHost.busy':
    'Enough branches are being compared at the moment: try again in some seconds',
  'gitHost.membersOnly':
    'Only members of {{owner}} may {{action}}; {{user}} is not one of them',
  'gitHost.action.create': 'create repositories that {{owner}} owns',
  'gitHost.action.push': 'push to {{repository}}',
  'gitHost.action.commit': 'commit to {{repository}}',
  'gitHost.action.pullRequests': 'change pull requests of {{repository}}',

  'pullRequest.open': 'open',
  'pullRequest.merged': 'merged',
  'pullRequest.closed': 'closed',
  'pullRequest.notFound': 'The repository has no pull request {{number}}',
  'pullRequest.notOpenToMerge':
    'Pull request {{number}} is {{state}}; only one that is open can be merged',
  'pullRequest.notOpenToClose':
    'Pull request {{number}} is {{state}}; only one that is open can be closed',
  'pullRequest.notClosed':
    'Pull request {{number}} is {{state}}; only one that is closed can be reopened',
  'pullRequest.alreadyOpen':
    'Pull request {{number}} of {{source}} into {{target}} is open already',
  'pullRequest.tooManyOpen':
    'The repository has {{max, number}} open pull requests, the maximum: merge or close some',
  'pullRequest.changed':
    'Pull request {{number}} was changed by somebody else at the same time: look at it again',
  'pullRequest.nothingNew':
    'Branch {{source}} has no commit that {{target}} does not have: push one first',
  'pullRequest.nothingLeft':
    'Branch {{target}} already has every commit of {{head}}: there is nothing to merge',
  'pullRequest.unrelated':
    'The branches have no commit in common, so they cannot be merged',
  'pullRequest.moved':
    'Branch {{branch}} has moved from {{expected}} to {{head}} since you looked: look at what is new there, then merge',
  'pullRequest.noFastForward':
    'Branch {{target}} has commits that the source does not have, so it cannot be fast-forwarded: choose a merge commit, or merge {{target}} into the source first',
  'pullRequest.conflicts':
    'It conflicts with branch {{target}} in {{files}}: merge {{target}} into the source, resolve the conflicts and push',
  'pullRequest.oldGit':
    "Merging takes git 2.38 or newer on the portal's machine; a fast-forward does not",
  'pullRequest.blocked':
    'Not merged. {{why}}. Wait for the run, push a fix, or merge anyway and give a reason',

  /** What pipelines say about merging a pull request. */
  'mergeCheck.notEnded':
    'Run {{run}} of {{pipeline}} has not ended yet ({{status}})',
  'mergeCheck.notSucceeded':
    'Run {{run}} of {{pipeline}} did not succeed ({{status}})',
  'mergeCheck.notStarted':
    'The run of {{pipeline}} for the newest commit has not started yet',
  'mergeCheck.noRun':
    'The newest commit has no run of {{pipeline}}, though its definition demands one: {{why}}',
  'mergeCheck.notAnnounced':
    'The newest commit is still being passed on to the pipelines',
  'mergeCheck.away':
    'It is not known whether the runs succeeded, because Model CI does not answer',
} as const;
