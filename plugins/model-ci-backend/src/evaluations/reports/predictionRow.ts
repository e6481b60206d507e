import { SCORE, type ExampleRow } from '../../examples/types';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { quote } from './ReportReader';
import { readShownText } from './shownText';
import { isVisible } from './visible';
import { wrongWithin } from './wrongWithin';

/** Not configurable: as much as a cell of a table has room for. */
const MAX_LABEL = 200;

type Read<T> = { value: T } | { error: Reason };

/** An example from one line of a predictions report, or what is wrong with the line. */
export function readPredictionRow(
  line: unknown,
  text: string,
): Read<ExampleRow> {
  if (typeof line !== 'object' || line === null || Array.isArray(line)) {
    return {
      error: reason('report.lineShape', { found: quote(text) }),
    };
  }
  const fields = new Map<string, unknown>(Object.entries(line));
  const odd = [...fields]
    .filter(([name]) => name !== 'score')
    .map(([, value]) => wrongWithin(value))
    .find(wrong => wrong !== undefined);
  if (odd) {
    return { error: odd };
  }
  const id = fields.get('id');
  if (!(typeof id === 'number' || (typeof id === 'string' && id !== ''))) {
    return { error: reason('report.badId') };
  }
  const prediction = valueOf(fields.get('prediction'));
  if (prediction === undefined) {
    return { error: reason('report.noPredictionInLine') };
  }
  const infinite = [...fields].find(
    ([, number]) => number === Infinity || number === -Infinity,
  );
  if (infinite) {
    return { error: reason('report.tooLarge', { what: quote(infinite[0]) }) };
  }
  if (/\p{Cs}/u.test(String(id))) {
    return { error: reason('report.halfCharacter', { id: quote(String(id)) }) };
  }
  const rest = readRest(fields);
  return 'error' in rest
    ? rest
    : {
        value: {
          id: String(id),
          text: readShownText(fields.get('text')),
          prediction,
          target: valueOf(fields.get('target')),
          ...rest.value,
        },
      };
}

function readRest(
  fields: Map<string, unknown>,
): Read<Pick<ExampleRow, 'scores' | 'group' | 'slices'>> {
  const score = readScore(fields.get('score'), fields.has('score'));
  if ('error' in score) {
    return score;
  }
  const group = readLabel(fields.get('group'), '"group"');
  if ('error' in group) {
    return group;
  }
  const slices = readSlices(fields.get('slices'));
  if ('error' in slices) {
    return slices;
  }
  return {
    value: { scores: score.value, group: group.value, slices: slices.value },
  };
}

/** Numbers stay numbers; a list or an object is kept as the text that JSON gives it. */
function valueOf(value: unknown): number | string | undefined {
  switch (typeof value) {
    case 'number':
    case 'string':
      return value;
    case 'boolean':
      return String(value);
    default:
      return value === null || value === undefined
        ? undefined
        : JSON.stringify(value);
  }
}

/** Null and NaN are a score that was not measured: gates and comparisons count the example as such. */
function readScore(
  value: unknown,
  isThere: boolean,
): Read<Record<string, number>> {
  if (!isThere) {
    return { value: {} };
  }
  if (value === null) {
    return { value: { [SCORE]: NaN } };
  }
  return typeof value === 'number' || typeof value === 'boolean'
    ? { value: { [SCORE]: Number(value) } }
    : { error: reason('report.badScore') };
}

function readLabel(value: unknown, what: string): Read<string | undefined> {
  if (value === undefined || value === null) {
    return { value: undefined };
  }
  if (!['string', 'number', 'boolean'].includes(typeof value)) {
    return { error: reason('report.labelNoText', { what }) };
  }
  const label = String(value);
  return isLabel(label)
    ? { value: label }
    : {
        error: reason('report.badLabel', {
          what,
          label: quote(label),
          max: MAX_LABEL,
        }),
      };
}

function isLabel(text: string): boolean {
  return text.length <= MAX_LABEL && text.trim() !== '' && isVisible(text);
}

function readSlices(value: unknown): Read<Record<string, string>> {
  if (value === undefined || value === null) {
    return { value: {} };
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    return { error: reason('report.slicesShape') };
  }
  const slices: Array<[string, string]> = [];
  for (const [name, member] of Object.entries(value)) {
    if (!isLabel(name) || name.includes('=')) {
      return {
        error: reason('report.badSliceName', {
          name: quote(name),
          max: MAX_LABEL,
        }),
      };
    }
    const label = readLabel(member, `slice ${quote(name)}`);
    if ('error' in label) {
      return label;
    }
    if (label.value !== undefined) {
      slices.push([name, label.value]);
    }
  }
  // Defines properties: no name can reach a prototype.
  return { value: Object.fromEntries(slices) };
}
