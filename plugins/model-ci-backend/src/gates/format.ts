import {
  reason,
  shownDecimals,
  type GateInterval,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';

/** Six digits, unless they would make a value look equal to a limit that it is not equal to. */
export function formatApart(value: number, limits: number[]): string[] {
  const numbers = [value, ...limits];
  const short = numbers.map(formatNumber);
  const misleading = limits.some(
    (limit, index) => limit !== value && short[index + 1] === short[0],
  );
  return misleading ? numbers.map(String) : short;
}

export function formatNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** The limits of an interval; with as many digits as show on which side of the edges each lies. */
export function formatInterval(
  { lower, upper }: GateInterval,
  edges: number[],
): Reason {
  const decimals = shownDecimals([lower, upper], edges);
  return reason('gate.interval', {
    lower: lower === undefined ? '−∞' : formatFixed(lower, decimals),
    upper: upper === undefined ? '∞' : formatFixed(upper, decimals),
  });
}

/** How much better one version is than another, with its interval, in words that need no sign. */
export function formatDifference(
  estimate: number,
  { lower, upper }: GateInterval,
  edges: number[],
) {
  const decimals = shownDecimals([lower, upper, estimate], [...edges, 0]);
  const say = (difference: number) => sayDifference(difference, decimals);
  return {
    difference: say(estimate),
    interval: reason('gate.interval', {
      lower: lower === undefined ? '−∞' : say(lower),
      upper: upper === undefined ? '∞' : say(upper),
    }),
  };
}

function sayDifference(difference: number, decimals: number): Reason {
  const amount = formatFixed(Math.abs(difference), decimals);
  if (difference === 0) {
    return reason('gate.equal');
  }
  return difference > 0
    ? reason('gate.betterBy', { amount })
    : reason('gate.worseBy', { amount });
}

function formatFixed(value: number, decimals: number): string {
  return String(Number(value.toFixed(decimals)));
}
