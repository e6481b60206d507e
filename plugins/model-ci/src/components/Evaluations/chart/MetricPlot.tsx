import { useMemo, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import { toneColor } from '../../../status';
import { besidePlace, useFrameStyles } from './frame';
import { nearest } from './paths';
import { layOut, MARGIN, type PlotMark, type PlotPoint } from './plot';
import { PlotDrawing } from './PlotDrawing';
import { useWidth } from './useWidth';

const useStyles = makeStyles({
  svg: { display: 'block', cursor: 'crosshair' },
  tip: { maxWidth: 280, whiteSpace: 'pre-line', overflowWrap: 'anywhere' },
});

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
  const frame = useFrameStyles();
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
    <figure ref={ref} aria-label={label} className={frame.root}>
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
          className={frame.range}
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
          className={`${frame.tip} ${classes.tip}`}
          style={{
            top: MARGIN.top,
            ...besidePlace(plot.places[pointed].x, width),
          }}
        >
          {shown.title}
        </div>
      )}
    </figure>
  );
}
