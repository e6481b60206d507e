import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatExact, formatMetric } from '../../format';

/** A number that was measured, shortened, with all of its digits in the tooltip. */
export function MetricValue(props: {
  value: number;
  unit?: string;
  /** A plus before what is above zero. */
  signed?: boolean;
}) {
  const { value, unit, signed } = props;
  const language = useLanguage();
  const exact = formatExact(value, language);
  return (
    <span title={unit ? `${exact} ${unit}` : exact}>
      {signed && value > 0 && '+'}
      {formatMetric(value, unit, language)}
    </span>
  );
}
