import { useTheme } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  PointGate,
  Verdict,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatMetric } from '../../../format';
import { toneColor, type Tone } from '../../../status';
import { modelCiTranslationRef } from '../../../translation';

export const VERDICT_TONES: Record<Verdict, Tone> = {
  pass: 'good',
  fail: 'bad',
  inconclusive: 'broken',
};

/** What the gates said of a value, and what they demanded. */
export function VerdictText({
  gate,
  unit,
}: {
  gate: PointGate;
  unit?: string;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const theme = useTheme();
  const language = useLanguage();
  const limits = [
    gate.min !== undefined &&
      t('evaluations.gateMin', {
        limit: formatMetric(gate.min, unit, language),
      }),
    gate.max !== undefined &&
      t('evaluations.gateMax', {
        limit: formatMetric(gate.max, unit, language),
      }),
  ].filter(Boolean);
  return (
    <>
      <span style={{ color: toneColor(theme, VERDICT_TONES[gate.verdict]) }}>
        {t(`history.verdict.${gate.verdict}`)}
      </span>
      {limits.length > 0 && ` (${limits.join(', ')})`}
    </>
  );
}
