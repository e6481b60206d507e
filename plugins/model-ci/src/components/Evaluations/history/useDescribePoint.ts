import { useCallback } from 'react';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { HistoryPoint } from '@model-ci/backstage-plugin-model-ci-common';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatInterval, formatMetric, shortCommit } from '../../../format';
import { modelCiTranslationRef } from '../../../translation';
import { usePointVerdictText } from '../../gates/usePointVerdictText';

/** How a point is called and described. */
export function useDescribePoint() {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const language = useLanguage();
  const describeVerdict = usePointVerdictText();
  const label = useCallback(
    (point: HistoryPoint) =>
      point.version === undefined
        ? t('evaluations.runLabel', { number: String(point.runNumber) })
        : t('evaluations.versionLabel', { version: String(point.version) }),
    [t],
  );
  const describe = useCallback(
    (point: HistoryPoint) => {
      const format = (value: number) =>
        formatMetric(value, point.unit, language);
      const { interval, gate, commit } = point;
      return [
        `${label(point)}: ${format(point.value)}`,
        interval &&
          t(
            'history.interval',
            formatInterval(interval, { unit: point.unit, language }),
          ),
        ...(gate?.verdicts ?? []).map(said => {
          const words = describeVerdict(said, point.unit);
          const text = `${words.word}: ${words.rule}`;
          return words.interval ? `${text} (${words.interval})` : text;
        }),
        new Date(point.at).toLocaleString(language),
        commit && shortCommit(commit),
      ]
        .filter(Boolean)
        .join('\n');
    },
    [t, language, label, describeVerdict],
  );
  return { label, describe };
}
