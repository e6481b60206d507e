export const generalTexts = {
  /** Somebody else's words. */
  quoted: '{{text}}',
  /** Several reasons, each on a line of its own. */
  all: '{{items}}',
  more_one: 'and {{count, number}} more',
  more_other: 'and {{count, number}} more',
} as const;
