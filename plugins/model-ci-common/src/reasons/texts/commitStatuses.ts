/** Why a code host was not told of a run. */
export const commitStatusTexts = {
  'commitStatus.refused':
    'The code host does not take the status of this run: {{problem}}. Its integration needs a token that may write commit statuses',
  'commitStatus.triedAgain':
    'The code host does not have the status of this run yet, it is tried again: {{problem}}',
  'comment.refused':
    'The code host does not take the comment on the pull request: {{problem}}. Its integration needs a token that may comment on pull requests',
  'comment.triedAgain':
    'The comment on the pull request does not tell of this run yet, it is tried again: {{problem}}',
} as const;
