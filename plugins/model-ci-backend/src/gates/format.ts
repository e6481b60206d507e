import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type { GateInterval } from '@model-ci/backstage-plugin-model-ci-common';

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

/** With four digits: an interval is about the third. */
export function formatInterval({ lower, upper }: GateInterval) {
  return reason('gate.interval', {
    lower: lower === undefined ? '−∞' : formatBound(lower),
    upper: upper === undefined ? '∞' : formatBound(upper),
  });
}

function formatBound(value: number): string {
  return String(Number(value.toPrecision(4)));
}
