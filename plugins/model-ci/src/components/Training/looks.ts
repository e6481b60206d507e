import type { Theme } from '@material-ui/core/styles';
import type { LineLook } from './drawCurves';

/** Can be told apart by people who see no red or no green, and stand out from the paper. */
const LIGHT = [
  '#1d4ed8',
  '#c2410c',
  '#047857',
  '#9d174d',
  '#6d28d9',
  '#a16207',
  '#0e7490',
  '#44403c',
];
const DARK = [
  '#7db4ff',
  '#ffaa5a',
  '#4ade9f',
  '#f58fc1',
  '#b79bff',
  '#e5d352',
  '#5fd4e6',
  '#d6d3d1',
];
/** Where there are more lines than colours. */
const DASHES = [[], [6, 3], [2, 3]];

/** How the line of the nth origin looks. */
export function lineLook(position: number, theme: Theme): LineLook {
  const colors = theme.palette.type === 'dark' ? DARK : LIGHT;
  return {
    color: colors[position % colors.length],
    dash: DASHES[Math.floor(position / colors.length) % DASHES.length],
  };
}
