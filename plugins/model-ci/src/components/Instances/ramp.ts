import type { Theme } from '@material-ui/core/styles';

type Rgb = readonly [number, number, number];

/** From low to high; both ends can be told apart by people who see no red or no green, and stand out from the paper. */
const LIGHT: readonly [Rgb, Rgb] = [
  [29, 78, 216],
  [194, 65, 12],
];
const DARK: readonly [Rgb, Rgb] = [
  [125, 180, 255],
  [255, 170, 90],
];

/** The colour of a value between 0, the lowest, and 1, the highest. */
export function rampColor(at: number, theme: Theme): string {
  const [low, high] = theme.palette.type === 'dark' ? DARK : LIGHT;
  const channels = low.map((from, index) =>
    Math.round(from + (high[index] - from) * at),
  );
  return `rgb(${channels.join(', ')})`;
}
