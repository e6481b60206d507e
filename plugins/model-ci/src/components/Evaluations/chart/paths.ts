/** Paths of thousands of points, each one element of the page. */
export interface Place {
  x: number;
  y: number;
}

const at = ({ x, y }: Place) => `${x.toFixed(1)},${y.toFixed(1)}`;

export function linePath(places: Place[]): string {
  return places.length === 0 ? '' : `M${places.map(at).join('L')}`;
}

/** Lines of no length: drawn with round ends they are dots. */
export function dotsPath(places: Place[]): string {
  return places.map(place => `M${at(place)}h0`).join('');
}

/** The area between two lines over the same places. */
export function bandPath(upper: Place[], lower: Place[]): string {
  return upper.length === 0
    ? ''
    : `${linePath([...upper, ...[...lower].reverse()])}Z`;
}

/** Level at each place, for which it is, and with a step halfway to the next: limits and baselines differ by version. */
export function stepPath(places: Place[]): string {
  return places
    .map((place, i) => {
      if (i === 0) {
        return `M${at(place)}`;
      }
      const x = (places[i - 1].x + place.x) / 2;
      return [{ x, y: places[i - 1].y }, { x, y: place.y }, place]
        .map(corner => `L${at(corner)}`)
        .join('');
    })
    .join('');
}

/** Runs of neighbours that belong together. */
export function segmentsOf<T>(
  items: T[],
  together: (before: T, item: T) => boolean,
): T[][] {
  const segments: T[][] = [];
  items.forEach((item, i) => {
    if (i > 0 && together(items[i - 1], item)) {
      segments[segments.length - 1].push(item);
    } else {
      segments.push([item]);
    }
  });
  return segments;
}

/** Index of the place nearest to a pixel, of places from left to right. */
export function nearest(places: Place[], x: number, y: number): number {
  let best = -1;
  let distance = Infinity;
  places.forEach((place, i) => {
    // Sideways counts most: over a crowded line, height alone chooses among neighbours.
    const d = (place.x - x) ** 2 * 4 + (place.y - y) ** 2;
    if (d < distance) {
      distance = d;
      best = i;
    }
  });
  return best;
}
