import { useCallback } from 'react';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { GateDemand } from '@model-ci/backstage-plugin-model-ci-common';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatExact, formatPercent } from '../../format';
import { modelCiTranslationRef } from '../../translation';

/**
 * Words what a gate demands: `≥ 0.8`, `≤ 30`, or `at most 0.01 worse than champion`; with the confidence where one is
 * stated. Numbers are those of the definition, whole.
 */
export function useRuleText() {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const language = useLanguage();
  return useCallback(
    (demand: GateDemand): string => {
      const { min, max, baseline, margin = 0, confidence } = demand;
      const number = (value: number) => formatExact(value, language);
      const limits = [
        min !== undefined && `≥ ${number(min)}`,
        max !== undefined && `≤ ${number(max)}`,
        baseline !== undefined &&
          t(margin === 0 ? 'run.gates.rule.equal' : 'run.gates.rule.margin', {
            baseline: baselineName(baseline),
            margin: number(margin),
          }),
      ].filter(Boolean);
      const text = limits.join(', ');
      return confidence === undefined
        ? text
        : `${text} (${formatPercent(confidence)})`;
    },
    [t, language],
  );
}

/** A baseline as a gate names it: the number of a version, an alias, an environment. */
export function baselineName(baseline: string): string {
  return /^\d+$/.test(baseline) ? `v${baseline}` : baseline;
}
