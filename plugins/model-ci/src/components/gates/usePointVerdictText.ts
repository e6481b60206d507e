import { useCallback } from 'react';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { PointVerdict } from '@model-ci/backstage-plugin-model-ci-common';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatInterval, formatLimits } from '../../format';
import { modelCiTranslationRef } from '../../translation';
import { edgesOf, shownInterval } from './shownInterval';
import { useRuleText } from './useRuleText';

/** What one of several gates on a value demanded, said, and how sure that is. */
export function usePointVerdictText() {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const language = useLanguage();
  const ruleText = useRuleText();
  return useCallback(
    (said: PointVerdict, unit?: string) => {
      const interval = shownInterval(said);
      const edges = edgesOf(said);
      const isDifference = said.demand.baseline !== undefined;
      const [estimate] = formatLimits(
        [said.estimate, interval?.lower, interval?.upper],
        { edges, unit, language },
      );
      return {
        word: t(`history.verdict.${said.verdict}`),
        rule: ruleText(said.demand),
        interval:
          interval &&
          t(isDifference ? 'history.gateDifference' : 'history.gateInterval', {
            estimate: estimate ?? '',
            ...formatInterval(interval, {
              edges,
              values: [said.estimate],
              unit,
              language,
            }),
          }),
      };
    },
    [t, language, ruleText],
  );
}
