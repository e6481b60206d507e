/** English texts. */
export const messages = {
  'copy.copy': 'Copy',
  'copy.copied': 'Copied',
  'error.close': 'Close',
  'error.retry': 'Try again',
  'error.title': 'Failed to load',
} as const;
