/** Names of metrics of which less is better, and of which more is. They match whole words of a name. */
const LOWER_IS_BETTER = [
  'loss',
  'error',
  'rmse',
  'mse',
  'mae',
  'mape',
  'smape',
  'rmsle',
  'nll',
  'cross_entropy',
  'brier',
  'perplexity',
  'ppl',
  'bits_per_byte',
  'bpb',
  'wer',
  'cer',
  'eer',
  'fid',
  'latency',
  'hamming_loss',
  'ece',
];
const HIGHER_IS_BETTER = [
  'acc',
  'accuracy',
  'f1',
  'auc',
  'auroc',
  'auprc',
  'precision',
  'recall',
  'sensitivity',
  'specificity',
  'r2',
  'bleu',
  'sacrebleu',
  'rouge',
  'rouge1',
  'rouge2',
  'rougel',
  'rougelsum',
  'chrf',
  'meteor',
  'exact_match',
  'em',
  'ndcg',
  'mrr',
  'iou',
  'dice',
  'mcc',
  'kappa',
  'pass_at_1',
  'throughput',
];

/**
 * Which direction is better for metrics that everybody knows, such as `eval_loss`, `val.accuracy` or `acc_norm`;
 * undefined for all others, and for names that say both.
 */
export function knownDirection(metric: string): boolean | undefined {
  const words = metric
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_');
  const has = (known: string[]) =>
    known.some(word => `_${words}_`.includes(`_${word}_`));
  const isLower = has(LOWER_IS_BETTER);
  return isLower === has(HIGHER_IS_BETTER) ? undefined : !isLower;
}
