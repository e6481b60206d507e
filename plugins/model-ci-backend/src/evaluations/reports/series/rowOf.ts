import {
  reason,
  type Reason,
  type ReasonParameter,
} from '@model-ci/backstage-plugin-model-ci-common';
import { quote } from '../ReportReader';
import type { SeriesRow } from './Curves';

/** A value of a row, by its name, which is dotted where it was nested. */
export type Field = [name: string, value: unknown];

/** Values of one step. Not configurable: more than anything that people train has metrics. */
export const MAX_FIELDS = 10_000;
/** Not configurable: longer than the dotted names of anything that is logged, and short enough to keep each of a step. */
export const MAX_FIELD_NAME = 1000;

const STEPS = ['step', 'global_step', '_step'];
const EPOCHS = ['epoch'];
const TIMES = ['time', 'timestamp', '_timestamp', 'wall_time'];
const KNOWN = new Set([...STEPS, ...EPOCHS, ...TIMES]);

/** Later than any training in seconds since 1970: it is in milliseconds. */
const MILLISECONDS = 1e11;

/** Separates where a row is from what was measured there. */
export function rowOf(fields: Field[]): { row: SeriesRow } | { error: Reason } {
  const byName = new Map(fields);
  const step = placeOf(byName, STEPS);
  const epoch = placeOf(byName, EPOCHS);
  const time = timeOf(byName);
  for (const place of [step, epoch, time]) {
    if ('error' in place) return place;
  }
  const measured = fields.filter(([name]) => !KNOWN.has(name));
  const values = measured.filter(
    (field): field is [string, number] => typeof field[1] === 'number',
  );
  return {
    row: {
      ...('value' in step && { step: step.value }),
      ...('value' in epoch && { epoch: epoch.value }),
      ...('value' in time && { time: time.value }),
      values,
      leftOut: measured.length - values.length,
    },
  };
}

type Place = { value: number } | { none: true } | { error: Reason };

/** The first of the names that stands there. */
function placeOf(fields: Map<string, unknown>, names: string[]): Place {
  const name = names.find(
    known => fields.get(known) !== undefined && fields.get(known) !== null,
  );
  if (name === undefined) {
    return { none: true };
  }
  const value = fields.get(name);
  return typeof value === 'number' && Number.isFinite(value)
    ? { value }
    : {
        error: reason('report.badStep', {
          what: quote(name),
          found: describe(value),
        }),
      };
}

/** A list is not written down: it may be nested without end. */
function describe(value: unknown): ReasonParameter {
  if (typeof value === 'object') {
    return reason(Array.isArray(value) ? 'json.list' : 'json.object');
  }
  return typeof value === 'string' ? quote(value) : String(value);
}

function timeOf(fields: Map<string, unknown>): Place {
  const dated = new Map(fields);
  for (const name of TIMES) {
    const value = dated.get(name);
    if (typeof value === 'string' && !Number.isNaN(Date.parse(value))) {
      dated.set(name, Date.parse(value));
    }
  }
  const time = placeOf(dated, TIMES);
  return 'value' in time && Math.abs(time.value) > MILLISECONDS
    ? { value: time.value / 1000 }
    : time;
}
