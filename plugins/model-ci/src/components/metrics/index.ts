export { MetricChange } from './MetricChange';
