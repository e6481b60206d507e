export { MetricChange } from './MetricChange';
export { MetricName } from './MetricName';
export { MetricValue } from './MetricValue';
