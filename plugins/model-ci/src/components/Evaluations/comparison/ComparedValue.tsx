import { useTheme } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { VersionComparison } from '@model-ci/backstage-plugin-model-ci-common';
import {
  useLanguage,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { formatMetric } from '../../../format';
import { useDifferences } from '../../../hooks';
import { toneColor, type Tone } from '../../../status';
import { modelCiTranslationRef } from '../../../translation';
import { historyKey } from '../metrics/points';
import { DifferenceText } from './DifferenceText';

type Row = VersionComparison['metrics'][number];
type Value = Row['values'][number];

const TONES: Record<Value['comparison'], Tone> = {
  reference: 'idle',
  better: 'idle',
  worse: 'idle',
  equal: 'idle',
  different: 'idle',
  'not-comparable': 'broken',
  missing: 'idle',
};

/** A version's value of a metric, and how sure its difference to the reference is. */
export function ComparedValue(props: {
  pipelineRef: string;
  reference: number;
  row: Row;
  value: Value;
}) {
  const { pipelineRef, reference, row, value } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const language = useLanguage();
  if (value.value === undefined) {
    return (
      <span className={classes.muted}>
        {t(value.notMeasured ? 'compare.notMeasured' : 'compare.missing')}
      </span>
    );
  }
  return (
    <>
      {formatMetric(value.value, row.unit, language)}
      <Stands {...props} />
      {value.comparison !== 'reference' && value.comparison !== 'missing' && (
        <Sureness
          pipelineRef={pipelineRef}
          versions={[reference, value.version]}
          row={row}
        />
      )}
    </>
  );
}

/** The plain difference, and in which direction it goes. */
function Stands({ row, value }: { row: Row; value: Value }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const theme = useTheme();
  const language = useLanguage();
  const { comparison, difference } = value;
  if (comparison === 'missing') {
    return null;
  }
  return (
    <div
      style={{ color: toneColor(theme, TONES[comparison]) }}
      title={value.message}
    >
      {difference !== undefined &&
        comparison !== 'reference' &&
        `${difference > 0 ? '+' : ''}${formatMetric(
          difference,
          row.unit,
          language,
        )} `}
      {t(`compare.${comparison}`)}
    </div>
  );
}

function Sureness(props: {
  pipelineRef: string;
  versions: [number, number];
  row: Row;
}) {
  const { pipelineRef, versions, row } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const { data, error } = useDifferences(pipelineRef, versions);
  if (error && !data) {
    return <div className={classes.muted}>{error.message}</div>;
  }
  const found = data?.find(other => historyKey(other) === historyKey(row));
  if (!data || !found) {
    return data ? null : (
      <div className={classes.muted}>{t('common.loading')}</div>
    );
  }
  return <DifferenceText difference={found} />;
}
