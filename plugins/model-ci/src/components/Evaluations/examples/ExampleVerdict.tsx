import Typography from '@material-ui/core/Typography';
import { useTheme } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { ExampleComparison } from '@model-ci/backstage-plugin-model-ci-common';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatLimits } from '../../../format';
import { DIFFERENCE_TONES, toneColor } from '../../../status';
import { modelCiTranslationRef } from '../../../translation';
import { whyKey } from '../comparison/why';

/** Whether all examples together say that one version is better, and how many went which way. */
export function ExampleVerdict({ data }: { data: ExampleComparison }) {
  const { verdict, counts, total } = data;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const theme = useTheme();
  const language = useLanguage();
  if (!verdict || !counts) {
    return null;
  }
  const isKnown = data.higherIsBetter !== undefined;
  const number = (value: number) => value.toLocaleString(language);
  const [lower, difference, upper] =
    verdict.verdict === 'none'
      ? []
      : formatLimits(
          [verdict.interval.lower, verdict.difference, verdict.interval.upper],
          { edges: [0], language },
        );
  return (
    <Typography component="div">
      <strong
        style={{ color: toneColor(theme, DIFFERENCE_TONES[verdict.verdict]) }}
      >
        {verdict.verdict === 'none'
          ? t('difference.none', { why: t(whyKey(verdict.why)) })
          : t(`difference.${verdict.verdict}`)}
      </strong>
      {verdict.verdict !== 'none' &&
        ` ${t(isKnown ? 'examples.improvement' : 'examples.difference', {
          metric: data.metric ?? '',
          value: difference ?? '',
          lower: lower ?? '−∞',
          upper: upper ?? '∞',
        })}`}
      <Typography variant="body2" color="textSecondary">
        {'better' in counts
          ? t('examples.counts', {
              better: number(counts.better),
              worse: number(counts.worse),
              equal: number(counts.equal),
            })
          : t('examples.countsOfUnknown', {
              higher: number(counts.higher),
              lower: number(counts.lower),
              equal: number(counts.equal),
            })}
        {counts.unmeasured > 0 &&
          ` · ${t('examples.unmeasured', { count: counts.unmeasured })}`}
        {` · ${t('examples.shown', { count: total })}`}
      </Typography>
      {!isKnown && (
        <Typography variant="body2" color="textSecondary">
          {t('difference.unknownDirection')}
        </Typography>
      )}
    </Typography>
  );
}
