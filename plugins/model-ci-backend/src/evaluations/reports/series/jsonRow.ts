import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { quote } from '../ReportReader';
import { parseLine } from '../parseLine';
import type { SeriesRow } from './Curves';
import { rowOf, type Field } from './rowOf';

/** Not configurable: deeper than any tool nests what it logs. */
const MAX_DEPTH = 16;

/** One line of JSON: `{"step": 10, "loss": 0.4}`. */
export function readJsonRow(
  text: string,
): { row: SeriesRow } | { error: Reason } {
  const parsed = parseLine(text, { unmeasured: 'nan' });
  if ('error' in parsed) {
    return parsed;
  }
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { error: reason('report.seriesLine', { found: quote(text) }) };
  }
  const fields: Field[] = [];
  return flatten(value, '', MAX_DEPTH, fields)
    ? rowOf(fields)
    : { error: reason('report.deep', { max: MAX_DEPTH }) };
}

/** Answers whether it was not too deep. */
function flatten(
  value: object,
  prefix: string,
  depth: number,
  fields: Field[],
): boolean {
  return Object.entries(value).every(([name, member]: [string, unknown]) => {
    const path = prefix + name;
    if (
      typeof member === 'object' &&
      member !== null &&
      !Array.isArray(member)
    ) {
      return depth > 1 && flatten(member, `${path}.`, depth - 1, fields);
    }
    fields.push([path, member]);
    return true;
  });
}
