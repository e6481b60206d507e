import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { VersionComparison } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ReasonText,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { useDifferences } from '../../../hooks';
import { modelCiTranslationRef } from '../../../translation';
import { MetricValue } from '../../metrics';
import { historyKey } from '../metrics/points';
import { DifferenceText } from './DifferenceText';

type Row = VersionComparison['metrics'][number];
type Value = Row['values'][number];

/** A version's value of a metric, and how sure its difference to the reference is. */
export function ComparedValue(props: {
  pipelineRef: string;
  /** All that are compared, the reference first. */
  versions: number[];
  row: Row;
  value: Value;
}) {
  const { pipelineRef, versions, row, value } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  if (value.value === undefined) {
    return (
      <span className={classes.muted}>
        {t(value.notMeasured ? 'compare.notMeasured' : 'compare.missing')}
      </span>
    );
  }
  return (
    <>
      <MetricValue value={value.value} unit={row.unit} />
      <PlainDifference {...props} />
      {value.comparison !== 'reference' && value.comparison !== 'missing' && (
        <Confidence
          pipelineRef={pipelineRef}
          versions={versions}
          row={row}
          version={value.version}
        />
      )}
    </>
  );
}

/** The plain difference; whether it is more than chance is for its interval to say. */
function PlainDifference({ row, value }: { row: Row; value: Value }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const { comparison, difference, reason } = value;
  if (difference !== undefined && comparison !== 'reference') {
    return (
      <div>
        <MetricValue value={difference} unit={row.unit} signed />
      </div>
    );
  }
  if (comparison === 'reference') {
    return <div className={classes.muted}>{t('compare.reference')}</div>;
  }
  return reason ? (
    <div className={classes.muted}>
      <ReasonText reason={reason} />
    </div>
  ) : null;
}

function Confidence(props: {
  pipelineRef: string;
  versions: number[];
  row: Row;
  version: number;
}) {
  const { pipelineRef, versions, row, version } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const { data, error } = useDifferences(pipelineRef, versions);
  if (error && !data) {
    return <div className={classes.muted}>{error.message}</div>;
  }
  const found = data?.find(
    other => other.version === version && historyKey(other) === historyKey(row),
  );
  if (!data || !found) {
    return data ? null : (
      <div className={classes.muted}>{t('common.loading')}</div>
    );
  }
  return <DifferenceText difference={found} />;
}
