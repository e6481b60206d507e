import {
  reason,
  shownDecimals,
  type Amount,
  type GateInterval,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';

/** Six digits, unless they would make a value look equal to a limit that it is not equal to. */
export function formatApart(value: number, limits: number[]): Amount[] {
  const numbers = [value, ...limits];
  const short = numbers.map(number => Number(number.toPrecision(6)));
  const misleading = limits.some(
    (limit, index) => limit !== value && short[index + 1] === short[0],
  );
  return (misleading ? numbers : short).map(number => ({ number }));
}

/** More digits of how many examples would decide are known by nobody. Rounded up, so that it would. */
export function roundUp(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return Math.ceil(count / unit) * unit;
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

function formatFixed(value: number, decimals: number): Amount {
  return { number: Number(value.toFixed(decimals)) };
}
