/** A line through values over time, from the lower left corner up to the `max`; a value that is missing breaks it. */
export function linePath(options: {
  seconds: number[];
  values: Array<number | null>;
  max: number;
  width: number;
  height: number;
}): string {
  const { seconds, values, max, width, height } = options;
  const span = Math.max(...seconds, 1);
  const top = max > 0 ? max : 1;
  let isDrawing = false;
  return values
    .map((value, at) => {
      if (value === null) {
        isDrawing = false;
        return '';
      }
      const x = round((seconds[at] / span) * width);
      const y = round(height - (Math.min(value, top) / top) * height);
      const command = isDrawing ? 'L' : 'M';
      isDrawing = true;
      return `${command}${x} ${y}`;
    })
    .join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
