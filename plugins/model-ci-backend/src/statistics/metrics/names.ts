/** Shares of examples that are right, under the names by which everybody reports them. */
const RATES = [
  'acc',
  'accuracy',
  'exact_match',
  'em',
  'pass_rate',
  'pass_at_1',
];
/** Others that lie between 0 and 1. */
const SHARES = [
  ...['f1', 'precision', 'recall', 'sensitivity', 'specificity'],
  ...['auc', 'auroc', 'auprc', 'iou', 'dice'],
];
/** Beside these a name is no longer that of the share itself. */
const AVERAGED = ['balanced', 'macro', 'mean', 'weighted'];
const OTHERWISE = [
  ...['drop', 'gap', 'gain', 'delta', 'diff', 'difference', 'change'],
  ...['improvement', 'reduction', 'ratio', 'lift', 'loss', 'error'],
];

/** A name in small letters with its words apart, such as `val_top_5_accuracy`. */
export function wordsOf(metric: string): string {
  return metric
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_');
}

export function hasWord(words: string, known: readonly string[]): boolean {
  return known.some(word => `_${words}_`.includes(`_${word}_`));
}

/** Whether a metric of this name is the share of examples that are right: each counts 0 or 1. */
export function isRateName(metric: string): boolean {
  const words = wordsOf(metric);
  return hasWord(words, RATES) && !hasWord(words, [...AVERAGED, ...OTHERWISE]);
}

/** Whether a metric of this name lies between 0 and 1, or between 0 and 100 where it is given in percent. */
export function isShareName(metric: string): boolean {
  const words = wordsOf(metric);
  return hasWord(words, [...RATES, ...SHARES]) && !hasWord(words, OTHERWISE);
}

/** Whether a value is such a share, and not in percent. */
export function isShare(metric: string, value: number): boolean {
  return isShareName(metric) && value >= 0 && value <= 1;
}

export function isRate(metric: string, value: number): boolean {
  return isRateName(metric) && value >= 0 && value <= 1;
}
