/** English texts. */
export const messages = {
  'copy.copy': 'Copy',
  'copy.copied': 'Copied',
  'error.close': 'Close',
  'error.retry': 'Try again',
  'error.title': 'Failed to load',
  'tokens.created.title': 'Token “{{name}}” created',
  'tokens.created.once': 'Copy the token now. It will not be shown again.',
  'tokens.created.copyToken': 'Copy token',
  'tokens.created.done': 'Done',
  'tokens.revoke.title': 'Revoke “{{name}}”?',
  'tokens.revoke.button': 'Revoke',
  'tokens.revoke.cancel': 'Cancel',
  'tokens.revoke.failed': 'The token could not be revoked',
} as const;
