import type { Line } from './lines';
import { MARGIN, type CurvePlot } from './plotCurves';

export interface LineLook {
  color: string;
  dash: number[];
}

/** What a canvas is drawn with; a part of it, for tests. */
export type Pen = Pick<
  CanvasRenderingContext2D,
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'stroke'
  | 'setLineDash'
  | 'strokeStyle'
  | 'lineWidth'
  | 'globalAlpha'
  | 'lineJoin'
>;

/** Pixels from the middle of a cross to its ends. */
const CROSS = 3;

/** Draws lines with thousands of points, which would be too many for elements of the page. */
export function drawCurves(
  pen: Pen,
  lines: Line[],
  plot: CurvePlot,
  lookOf: (origin: string) => LineLook,
): void {
  pen.lineJoin = 'round';
  for (const line of lines) {
    const { color, dash } = lookOf(line.origin);
    pen.strokeStyle = color;
    if (line.drawn !== line.values) {
      pen.globalAlpha = 0.25;
      pen.lineWidth = 1;
      pen.setLineDash([]);
      drawLine(pen, line.x, line.values, plot);
    }
    pen.globalAlpha = 1;
    pen.lineWidth = 1.5;
    pen.setLineDash(dash);
    drawLine(pen, line.x, line.drawn, plot);
    pen.setLineDash([]);
    drawGaps(pen, line, plot);
  }
}

function drawLine(
  pen: Pen,
  xs: number[],
  values: Array<number | null>,
  plot: CurvePlot,
): void {
  pen.beginPath();
  let isDown = false;
  values.forEach((value, at) => {
    const y = value === null ? undefined : plot.y(value);
    if (y === undefined) {
      isDown = false;
      return;
    }
    const x = plot.x(xs[at]);
    if (!isDown) {
      pen.moveTo(x, y);
      // So that a value that stands alone is seen.
      pen.lineTo(x + 0.5, y);
    }
    pen.lineTo(x, y);
    isDown = true;
  });
  pen.stroke();
}

/** A cross at the bottom for each value that is no number. */
function drawGaps(pen: Pen, line: Line, plot: CurvePlot): void {
  const y = plot.height - MARGIN.bottom - CROSS - 1;
  pen.beginPath();
  line.values.forEach((value, at) => {
    if (value === null) {
      const x = plot.x(line.x[at]);
      pen.moveTo(x - CROSS, y - CROSS);
      pen.lineTo(x + CROSS, y + CROSS);
      pen.moveTo(x - CROSS, y + CROSS);
      pen.lineTo(x + CROSS, y - CROSS);
    }
  });
  pen.stroke();
}
