/** Why two versions are not compared at a metric. */
export const comparisonTexts = {
  'comparison.notReported': 'Version {{version}} did not report it',
  'comparison.notMeasured': 'It was not measured',
  'comparison.otherData':
    'Not comparable: measured on other data than version {{version}}',
  'comparison.unknownData':
    'Not comparable: not known whether it was measured on the data of version {{version}}',
} as const;
