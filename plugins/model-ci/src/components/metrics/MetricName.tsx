import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { useTableStyles } from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';

/** A metric with the data set that it was measured on, where it names one. */
export function MetricName(props: { metric: string; dataset?: string }) {
  const { metric, dataset } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  return (
    <>
      {metric}
      {dataset !== undefined && (
        <span className={classes.muted}>
          {' '}
          {t('metric.onDataset', { dataset })}
        </span>
      )}
    </>
  );
}
