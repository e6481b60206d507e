import { knownDirection } from './metricDirection';

describe('knownDirection', () => {
  it.each([
    'loss',
    'eval_loss',
    'val/log-loss',
    'evalLoss',
    'mean_absolute_error',
    'RMSE',
    'word_perplexity',
    'wer',
    'cer',
    'latency_p99',
    'eval.loss',
  ])('knows that less of %s is better', metric => {
    expect(knownDirection(metric)).toBe(false);
  });

  it.each([
    'accuracy',
    'acc_norm',
    'top_5_accuracy',
    'f1-macro',
    'macro F1',
    'roc_auc',
    'sacrebleu',
    'rouge1',
    'rougeL',
    'exact_match',
    'R2',
    'valAccuracy',
  ])('knows that more of %s is better', metric => {
    expect(knownDirection(metric)).toBe(true);
  });

  it.each([
    'churn',
    'n',
    'epoch',
    'glossary',
    'accidents',
    'constructor',
    'auc_loss',
  ])('does not guess what %s means', metric => {
    expect(knownDirection(metric)).toBeUndefined();
  });
});
