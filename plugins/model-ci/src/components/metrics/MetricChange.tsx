import { useTheme } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { PipelineSummary } from '@model-ci/backstage-plugin-model-ci-common';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatMetric } from '../../format';
import { toneColor } from '../../status';
import { modelCiTranslationRef } from '../../translation';

/** An arrow in the direction of a metric's change, in the colour of whether that is good. */
export function MetricChange(props: {
  metric: PipelineSummary['latestMetrics'][number];
}) {
  const { value, previous, higherIsBetter, unit } = props.metric;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const theme = useTheme();
  const language = useLanguage();
  if (previous === undefined || previous === value) {
    return null;
  }
  const rose = value > previous;
  const tone = rose === higherIsBetter ? 'good' : 'bad';
  const label = t('metric.change', {
    previous: formatMetric(previous, unit, language),
  });
  return (
    <span
      role="img"
      aria-label={label}
      title={label}
      style={{
        color: toneColor(theme, higherIsBetter === undefined ? 'idle' : tone),
      }}
    >
      {rose ? '▲' : '▼'}
    </span>
  );
}
