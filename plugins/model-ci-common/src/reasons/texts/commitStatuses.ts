/** Why a code host does not have the status of a run. */
export const commitStatusTexts = {
  'commitStatus.refused':
    'The code host does not take the status of this run: {{problem}}. Its integration needs a token that may write commit statuses',
  'commitStatus.triedAgain':
    'The code host does not have the status of this run yet, it is tried again: {{problem}}',
} as const;
