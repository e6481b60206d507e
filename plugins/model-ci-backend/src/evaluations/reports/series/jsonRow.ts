import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Masks } from '../../../masking/Masks';
import { quote } from '../ReportReader';
import { parseLine } from '../parseLine';
import { MAX_METRIC_NAME, type SeriesRow } from './Curves';
import { MAX_FIELD_NAME, MAX_FIELDS, rowOf, type Field } from './rowOf';

/** Not configurable: deeper than any tool nests what it logs. */
const MAX_DEPTH = 16;

/** One line of JSON: `{"step": 10, "loss": 0.4}`. */
export function readJsonRow(
  text: string,
  masks: Masks,
): { row: SeriesRow } | { error: Reason } {
  const parsed = parseLine(text, { unmeasured: 'nan', masks });
  if ('error' in parsed) {
    return parsed;
  }
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { error: reason('report.seriesLine', { found: quote(text) }) };
  }
  const fields: Field[] = [];
  const error = flatten(value, '', MAX_DEPTH, fields);
  return error ? { error } : rowOf(fields);
}

/** Answers what is wrong, before names and values are kept that fill the memory. */
function flatten(
  value: object,
  prefix: string,
  depth: number,
  fields: Field[],
): Reason | undefined {
  const members: Array<[string, unknown]> = Object.entries(value);
  for (const [name, member] of members) {
    const path = prefix + name;
    if (path.length > MAX_FIELD_NAME) {
      return reason('report.badMetricName', {
        name: quote(path),
        max: MAX_METRIC_NAME,
      });
    }
    if (
      typeof member === 'object' &&
      member !== null &&
      !Array.isArray(member)
    ) {
      const error =
        depth > 1
          ? flatten(member, `${path}.`, depth - 1, fields)
          : reason('report.deep', { max: MAX_DEPTH });
      if (error) {
        return error;
      }
    } else if (fields.length >= MAX_FIELDS) {
      return reason('report.csvColumns', { max: MAX_FIELDS });
    } else {
      fields.push([path, member]);
    }
  }
  return undefined;
}
