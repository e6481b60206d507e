/** Why a code host does not show a run as it is. */
export const commitStatusTexts = {
  'commitStatus.refused':
    'The code host does not take the status of this run: {{problem}}. Its integration needs a token that may write commit statuses',
  'commitStatus.triedAgain':
    'The code host does not have the status of this run yet; it will be retried: {{problem}}',
  'comment.refused':
    'The code host does not take the comment on the pull request: {{problem}}. Its integration needs a token that may comment on pull requests',
  'comment.triedAgain':
    'The comment on the pull request does not show this run yet and will be retried: {{problem}}',
} as const;
