import { makeStyles, useTheme } from '@material-ui/core/styles';

/** What all charts have in common that are walked with the pointer or the keyboard. */
export const useFrameStyles = makeStyles(theme => ({
  root: {
    position: 'relative',
    margin: 0,
    '&:focus-within svg': {
      outline: `2px solid ${theme.palette.primary.main}`,
      outlineOffset: 2,
    },
  },
  /** In sight of nobody but keyboards and screen readers. */
  range: {
    position: 'absolute',
    left: 0,
    bottom: 0,
    width: '100%',
    height: 1,
    margin: 0,
    opacity: 0,
    pointerEvents: 'none',
  },
  tip: {
    position: 'absolute',
    zIndex: 1,
    pointerEvents: 'none',
    padding: theme.spacing(0.5, 1),
    color: theme.palette.text.primary,
    background: theme.palette.background.paper,
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: theme.shape.borderRadius,
    boxShadow: theme.shadows[2],
    fontSize: theme.typography.caption.fontSize,
  },
}));

/** Beside the pointed place, on the side that has room. */
export function besidePlace(x: number, width: number) {
  return x < width / 2 ? { left: x + 12 } : { right: width - x + 12 };
}

/** Lines at the values of the vertical axis, and labels of both axes. */
export function PlotAxes(props: {
  width: number;
  height: number;
  margin: { left: number; right: number };
  yTicks: Array<{ y: number; label: string }>;
  xTicks: Array<{ x: number; label: string }>;
}) {
  const { width, height, margin, yTicks, xTicks } = props;
  const { palette } = useTheme();
  return (
    <g fontSize={12} fill={palette.text.secondary}>
      {yTicks.map(({ y, label }) => (
        <g key={y}>
          <line
            x1={margin.left}
            x2={width - margin.right}
            y1={y}
            y2={y}
            stroke={palette.divider}
          />
          <text x={margin.left - 8} y={y + 4} textAnchor="end">
            {label}
          </text>
        </g>
      ))}
      {xTicks.map(({ x, label }) => (
        <text key={x} x={x} y={height - 6} textAnchor="middle">
          {label}
        </text>
      ))}
    </g>
  );
}
