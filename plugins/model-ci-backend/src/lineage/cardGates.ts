import {
  shownDecimals,
  type GateResult,
} from '@model-ci/backstage-plugin-model-ci-common';
import { gateName } from './gateName';
import { escapeMarkdown, table } from './markdown';

/** The gates of a version, with what they rest on. */
export function gatesTable(gates: GateResult[]): string {
  return table(
    ['Gate', 'Value', 'Baseline', 'Better by', 'Interval', 'Verdict'],
    gates.map(gate => [
      escapeMarkdown(gateName(gate)),
      gate.value === undefined ? 'not reported' : shownValue(gate, gate.value),
      baselineOf(gate),
      ...judgedOf(gate),
      gate.verdict,
    ]),
  );
}

function shownValue({ demand }: GateResult, value: number): string {
  return shown([value], edgesOf(demand.min, demand.max))[0] ?? '';
}

/** `champion (version 3): 0.81` */
function baselineOf({ baseline }: GateResult): string {
  if (!baseline) {
    return '';
  }
  const { name, version, value } = baseline;
  const number = value === undefined ? undefined : shown([value])[0];
  return [
    escapeMarkdown(name),
    version === undefined ? ' (none yet)' : ` (version ${version})`,
    number === undefined ? '' : `: ${number}`,
  ].join('');
}

/** What was judged: how much better than the baseline, and the interval of that, or of the value. */
function judgedOf({ baseline, demand, estimate, interval }: GateResult) {
  const { margin, min, max } = demand;
  const edges = baseline ? [-(margin ?? 0)] : edgesOf(min, max);
  const numbers = [estimate, interval?.lower, interval?.upper];
  const [difference = '', lower = '−∞', upper = '∞'] = shown(numbers, edges);
  return [baseline ? difference : '', interval ? `${lower} to ${upper}` : ''];
}

function edgesOf(...limits: Array<number | undefined>): number[] {
  return limits.filter(limit => limit !== undefined);
}

/** With as many digits as show on which side of the edges they lie. */
function shown(
  numbers: Array<number | undefined>,
  edges: number[] = [],
): Array<string | undefined> {
  const decimals = shownDecimals(numbers, edges);
  return numbers.map(value =>
    value === undefined ? undefined : String(Number(value.toFixed(decimals))),
  );
}
