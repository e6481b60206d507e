const LOWER_IS_BETTER = new Set([
  'rmse',
  'mae',
  'mse',
  'loss',
  'log_loss',
  'error',
]);
const HIGHER_IS_BETTER = new Set([
  'accuracy',
  'r2',
  'f1',
  'auc',
  'precision',
  'recall',
]);

/** Which direction is better for metrics that everybody knows; undefined for all others. */
export function knownDirection(metric: string): boolean | undefined {
  const name = metric.toLowerCase().replace(/[-\s]/g, '_');
  if (LOWER_IS_BETTER.has(name)) return false;
  if (HIGHER_IS_BETTER.has(name)) return true;
  return undefined;
}
