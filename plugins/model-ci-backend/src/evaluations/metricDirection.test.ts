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
    'train_loss_epoch',
    'error_rate',
    'fpr',
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
    'neg_mean_squared_error',
    'neg_root_mean_squared_error',
    'neg_log_loss',
    'neg_brier_score',
    'test_neg_mean_absolute_error',
    'val.neg_rmse',
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
    'accuracy_loss',
    'f1_error',
    'error_reduction',
    'rmse_improvement',
    'loss_reduction',
    'neg_log_loss_reduction',
    'auc_drop',
    'accuracy_gap',
    'accuracyDrop',
    'loss_ratio',
    'error_free',
    'non_error_rate',
    'inverse_mae',
    'negative_f1',
    'neg_recall',
    'neg_loss',
    'one_minus_auc',
    'brier_skill_score',
    'acc_stderr',
    'accuracy_std',
    'f1_threshold',
    'loss_scale',
    'loss_weight',
    'error_detection_rate',
    'fpr_at_recall_95',
    'false_negative_error',
    'attack_accuracy',
  ])('does not guess what %s means', metric => {
    expect(knownDirection(metric)).toBeUndefined();
  });
});
