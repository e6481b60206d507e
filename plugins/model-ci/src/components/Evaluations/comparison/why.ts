const KNOWN = [
  'other-data',
  'several-examples',
  'contradicted',
  'no-spread-reported',
  'not-measured',
  'no-examples',
  'one-example',
  'one-group',
  'too-few-units',
  'metric-undefined',
  'unknown',
  'no-target',
  'incomplete',
  'not-numbers',
  'not-binary',
] as const;

type Why = (typeof KNOWN)[number];

/** Key of the words for why there is no interval. */
export function whyKey(why: string): `difference.why.${Why}` {
  const known = KNOWN.find(other => other === why) ?? 'no-spread-reported';
  return `difference.why.${known}`;
}
