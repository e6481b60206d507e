import { useTheme } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { GateResult } from '@model-ci/backstage-plugin-model-ci-common';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatLimits } from '../../../format';
import { toneColor } from '../../../status';
import { modelCiTranslationRef } from '../../../translation';
import { edgesOf, pictureOf } from './picture';
import { VERDICTS } from './verdicts';

const WIDTH = 160;
const HEIGHT = 28;
const MIDDLE = HEIGHT / 2;

/** The interval of a gate beside the limit or margin on which its verdict turns. */
export function IntervalPicture({ gate }: { gate: GateResult }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const language = useLanguage();
  const theme = useTheme();
  const picture = pictureOf(gate);
  if (!picture || gate.estimate === undefined) {
    return null;
  }
  const color = toneColor(theme, VERDICTS[gate.verdict].tone);
  const interval =
    (gate.verdict === 'inconclusive' ? gate.interval : gate.alone) ?? {};
  const edges = edgesOf(gate);
  const [lower, estimate, upper] = formatLimits(
    [interval.lower, gate.estimate, interval.upper],
    { edges, language },
  );
  const label = t('run.gates.picture', {
    estimate: estimate ?? '',
    lower: lower ?? '−∞',
    upper: upper ?? '∞',
    limit: edges.join(', '),
  });
  const x = (share: number) => share * WIDTH;
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      <title>{label}</title>
      {picture.zero !== undefined && (
        <line
          x1={x(picture.zero)}
          x2={x(picture.zero)}
          y1={2}
          y2={HEIGHT - 2}
          stroke={theme.palette.text.disabled}
        />
      )}
      <line
        x1={x(picture.lower)}
        x2={x(picture.upper)}
        y1={MIDDLE}
        y2={MIDDLE}
        stroke={color}
        strokeWidth={4}
      />
      {picture.edges.map(edge => (
        <line
          key={edge}
          x1={x(edge)}
          x2={x(edge)}
          y1={0}
          y2={HEIGHT}
          stroke={theme.palette.text.primary}
          strokeDasharray="4 3"
          strokeWidth={1.5}
        />
      ))}
      <circle
        cx={x(picture.estimate)}
        cy={MIDDLE}
        r={5}
        fill={color}
        stroke={theme.palette.background.paper}
        strokeWidth={1.5}
      />
    </svg>
  );
}
