import { useMemo, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import { toneColor } from '../../../status';
import { nearest } from './paths';
import { layOut, MARGIN, type PlotMark, type PlotPoint } from './plot';
import { PlotDrawing } from './PlotDrawing';
import { useWidth } from './useWidth';

const useStyles = makeStyles(theme => ({
  root: {
    position: 'relative',
    margin: 0,
    '&:focus-within svg': {
      outline: `2px solid ${theme.palette.primary.main}`,
      outlineOffset: 2,
    },
  },
  svg: { display: 'block', cursor: 'crosshair' },
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
    pointerEvents: 'none',
    padding: theme.spacing(0.5, 1),
    maxWidth: 280,
    color: theme.palette.text.primary,
    background: theme.palette.background.paper,
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: theme.shape.borderRadius,
    boxShadow: theme.shadows[2],
    fontSize: theme.typography.caption.fontSize,
    whiteSpace: 'pre-line',
    overflowWrap: 'anywhere',
    zIndex: 1,
  },
}));

/**
 * Values over versions or time. A point is pointed at with the mouse or walked to with the arrow keys, and chosen with a
 * click or Enter. Thousands of points are a few elements of the page.
 */
export function MetricPlot(props: {
  label: string;
  points: PlotPoint[];
  marks?: PlotMark[];
  height: number;
  /** Index of the chosen point. */
  chosen?: number;
  formatValue(value: number): string;
  onChoose(index: number): void;
}) {
  const { label, points, marks, height, chosen, formatValue, onChoose } = props;
  const classes = useStyles();
  const theme = useTheme();
  const { ref, width } = useWidth<HTMLElement>(600);
  const [pointed, setPointed] = useState<number>();
  const plot = useMemo(
    () => layOut({ points, width, height }),
    [points, width, height],
  );
  const drawing = useMemo(
    () => (
      <PlotDrawing
        points={points}
        plot={plot}
        marks={marks}
        formatValue={formatValue}
      />
    ),
    [points, plot, marks, formatValue],
  );
  const find = (event: MouseEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return nearest(
      plot.places,
      event.clientX - box.left,
      event.clientY - box.top,
    );
  };
  const shown = pointed !== undefined ? points[pointed] : undefined;
  const ring = (index: number | undefined) =>
    index !== undefined && plot.places[index] ? (
      <circle
        cx={plot.places[index].x}
        cy={plot.places[index].y}
        r={7}
        fill="none"
        stroke={toneColor(theme, 'active')}
        strokeWidth={2}
      />
    ) : null;
  return (
    <figure ref={ref} aria-label={label} className={classes.root}>
      <svg
        width={width}
        height={height}
        className={classes.svg}
        aria-hidden
        onMouseMove={event => setPointed(find(event))}
        onMouseLeave={() => setPointed(undefined)}
        onClick={event => {
          const index = find(event);
          if (index >= 0) {
            onChoose(index);
          }
        }}
      >
        {drawing}
        {ring(chosen)}
        {ring(pointed)}
      </svg>
      {points.length > 0 && (
        <input
          type="range"
          className={classes.range}
          aria-label={label}
          min={0}
          max={points.length - 1}
          step={1}
          value={pointed ?? chosen ?? points.length - 1}
          aria-valuetext={points[pointed ?? chosen ?? points.length - 1]?.title}
          onChange={event => setPointed(Number(event.target.value))}
          onFocus={() =>
            setPointed(current => current ?? chosen ?? points.length - 1)
          }
          onBlur={() => setPointed(undefined)}
          onKeyDown={(event: KeyboardEvent) => {
            if (event.key === 'Enter' && pointed !== undefined) {
              onChoose(pointed);
            }
          }}
        />
      )}
      {shown && pointed !== undefined && (
        <div
          className={classes.tip}
          style={{
            top: MARGIN.top,
            ...(plot.places[pointed].x < width / 2
              ? { left: plot.places[pointed].x + 12 }
              : { right: width - plot.places[pointed].x + 12 }),
          }}
        >
          {shown.title}
        </div>
      )}
    </figure>
  );
}
