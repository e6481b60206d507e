import type { GateResult } from '@model-ci/backstage-plugin-model-ci-common';
import { edgesOf, shownInterval } from '../../gates/shownInterval';

/** What is drawn of a gate, in pixels from the left. */
export interface Picture {
  /** An open side goes to the rim. */
  lower: number;
  upper: number;
  estimate: number;
  /** The values on which the verdict turns. */
  edges: number[];
  /** Where two versions are equal, unless that is an edge. */
  zero?: number;
}

/** What the numbers at the ends need. */
const RIM = 48;

/** Undefined for gates that have no interval. */
export function pictureOf(
  gate: GateResult,
  width: number,
): Picture | undefined {
  const { estimate, demand } = gate;
  const interval = shownInterval(gate);
  if (estimate === undefined || !interval) {
    return undefined;
  }
  const edges = edgesOf(gate);
  const hasZero = demand.baseline !== undefined && !edges.includes(0);
  const values = [
    estimate,
    ...edges,
    ...(hasZero ? [0] : []),
    ...[interval.lower ?? [], interval.upper ?? []].flat(),
  ];
  const low = Math.min(...values);
  const span = Math.max(...values) - low || Math.abs(low) || 1;
  const place = (value: number) =>
    RIM + ((value - low) / span) * (width - 2 * RIM);
  return {
    lower: interval.lower === undefined ? 0 : place(interval.lower),
    upper: interval.upper === undefined ? width : place(interval.upper),
    estimate: place(estimate),
    edges: edges.map(place),
    ...(hasZero && { zero: place(0) }),
  };
}

export interface PlacedText {
  x: number;
  text: string;
}

/** Pixels of a character of a small font, on average; those of Chinese are as wide as high. */
const CHARACTER = { narrow: 6.2, wide: 11 };
const GAP = 6;

/** Texts around their places, moved aside as far as they would lie over each other or leave the picture. */
export function spreadTexts<T extends PlacedText>(
  texts: T[],
  width: number,
): T[] {
  const sorted = [...texts].sort((a, b) => a.x - b.x);
  const halves = sorted.map(({ text }) => textWidth(text) / 2);
  const xs = sorted.map(({ x }) => x);
  for (let i = 0; i < xs.length; i += 1) {
    const free = i === 0 ? 0 : xs[i - 1] + halves[i - 1] + GAP;
    xs[i] = Math.max(xs[i], free + halves[i]);
  }
  for (let i = xs.length - 1; i >= 0; i -= 1) {
    const end = i === xs.length - 1 ? width : xs[i + 1] - halves[i + 1] - GAP;
    xs[i] = Math.min(xs[i], end - halves[i]);
  }
  return sorted.map((placed, i) => ({ ...placed, x: xs[i] }));
}

function textWidth(text: string): number {
  return [...text].reduce(
    (sum, character) =>
      sum + (character > '\u2e80' ? CHARACTER.wide : CHARACTER.narrow),
    0,
  );
}
