import { useTheme } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { MetricDifference } from '@model-ci/backstage-plugin-model-ci-common';
import {
  useLanguage,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { formatInterval } from '../../../format';
import { DIFFERENCE_TONES, toneColor } from '../../../status';
import { modelCiTranslationRef } from '../../../translation';
import { whyKey } from './why';

/** Whether a difference is more than chance, with its interval and what it rests on; or why there is no interval. */
export function DifferenceText(props: { difference: MetricDifference }) {
  const { difference } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const theme = useTheme();
  const language = useLanguage();
  const unknown = difference.higherIsBetter === undefined && (
    <div className={classes.muted}>{t('difference.unknownDirection')}</div>
  );
  if (difference.verdict === 'none') {
    return (
      <>
        <div className={classes.muted}>
          {t('difference.none', { why: t(whyKey(difference.why)) })}
        </div>
        {unknown}
      </>
    );
  }
  const { verdict, interval, basis, method, examples } = difference;
  const { lower, upper } = formatInterval(interval, { edges: [0], language });
  return (
    <div title={t(`difference.basis.${basis}`, { method })}>
      <span
        style={{
          color: toneColor(theme, DIFFERENCE_TONES[verdict]),
          fontWeight: 600,
        }}
      >
        {t(`difference.${verdict}`)}
      </span>
      <div className={classes.muted}>
        {`[${lower}, ${upper}]`}
        {examples !== undefined &&
          ` ${t(
            basis === 'paired' ? 'difference.pairs' : 'difference.examples',
            { count: examples },
          )}`}
      </div>
      {unknown}
    </div>
  );
}
