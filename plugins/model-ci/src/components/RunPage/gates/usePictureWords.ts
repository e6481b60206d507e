import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { GateResult } from '@model-ci/backstage-plugin-model-ci-common';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatExact, formatLimits, formatPercent } from '../../../format';
import { modelCiTranslationRef } from '../../../translation';
import { edgesOf, shownInterval } from '../../gates/shownInterval';
import { baselineName } from '../../gates/useRuleText';
import type { Together } from './together';

/** The numbers of the picture, and what screen readers say of it; undefined for gates that have no interval. */
export function usePictureWords(gate: GateResult) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const language = useLanguage();
  const interval = shownInterval(gate);
  if (gate.estimate === undefined || !interval) {
    return undefined;
  }
  const edges = edgesOf(gate);
  const [lower = '−∞', estimate = '', upper = '∞'] = formatLimits(
    [interval.lower, gate.estimate, interval.upper],
    { edges, language },
  );
  const numbers = edges.map(edge => formatExact(edge, language));
  const isDifference = gate.demand.baseline !== undefined;
  return {
    lower,
    estimate,
    upper,
    edges: numbers.map((value, i) =>
      t(
        isDifference && edges[i] !== 0
          ? 'run.gates.edge.margin'
          : 'run.gates.edge.limit',
        { value },
      ),
    ),
    zero: t('run.gates.edge.equal'),
    label: t('run.gates.picture', {
      estimate,
      lower,
      upper,
      limit: numbers.join(', '),
    }),
  };
}

/** What is measured, and how sure the interval is: by itself, or together with those of other gates. */
export function usePromise(gate: GateResult, { confidence, others }: Together) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const { demand, verdict, instance } = gate;
  const level = formatPercent(confidence);
  const joint = instance === undefined ? 'joint' : 'instances';
  const kind = verdict === 'inconclusive' ? joint : 'alone';
  const promise =
    others === 0
      ? t('run.gates.promise.only', { level })
      : t(`run.gates.promise.${kind}`, { level, count: others });
  return demand.baseline === undefined
    ? promise
    : `${t('run.gates.promise.difference', {
        baseline: baselineName(demand.baseline),
      })} ${promise}`;
}
