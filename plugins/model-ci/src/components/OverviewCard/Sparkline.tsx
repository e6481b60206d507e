import { useTheme } from '@material-ui/core/styles';
import { toneColor } from '../../status';
import { linear, rangeOf } from '../Evaluations/chart/axis';
import { dotsPath, linePath } from '../Evaluations/chart/paths';

const WIDTH = 96;
const HEIGHT = 28;
const PADDING = 4;

/** Values one after the other, in a line of text. */
export function Sparkline(props: { values: number[]; label: string }) {
  const { values, label } = props;
  const theme = useTheme();
  const { low, high } = rangeOf(values);
  const x = linear([0, values.length - 1], [PADDING, WIDTH - PADDING]);
  const y = linear([low, high], [HEIGHT - PADDING, PADDING]);
  const places = values.map((value, i) => ({ x: x(i), y: y(value) }));
  const color = toneColor(theme, 'active');
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      <title>{label}</title>
      <path d={linePath(places)} fill="none" stroke={color} strokeWidth={1.5} />
      <path
        d={dotsPath(places.slice(-1))}
        stroke={color}
        strokeWidth={6}
        strokeLinecap="round"
      />
    </svg>
  );
}
