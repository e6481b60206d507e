import { SCORE, type ExampleRow } from '../../examples/types';
import { quote } from './ReportReader';

/** Not configurable: as much as a cell of a table has room for. */
const MAX_LABEL = 200;

type Read<T> = { value: T } | { error: string };

/** An example from one line of a predictions report, or what is wrong with the line. */
export function readPredictionRow(
  line: unknown,
  text: string,
): Read<ExampleRow> {
  if (typeof line !== 'object' || line === null || Array.isArray(line)) {
    return {
      error: `expected an object {"id", "prediction"}, found ${quote(text)}`,
    };
  }
  const fields = new Map<string, unknown>(Object.entries(line));
  const id = fields.get('id');
  if (!(typeof id === 'number' || (typeof id === 'string' && id !== ''))) {
    return { error: '"id" must be a text or a number' };
  }
  const prediction = valueOf(fields.get('prediction'));
  if (prediction === undefined) {
    return { error: '"prediction" is missing' };
  }
  const infinite = [...fields].find(
    ([, number]) => number === Infinity || number === -Infinity,
  );
  if (infinite) {
    return { error: `${quote(infinite[0])} is too large a number` };
  }
  if (/\p{Cs}/u.test(String(id))) {
    return { error: `the id ${quote(String(id))} holds half a character` };
  }
  const rest = readRest(fields);
  return 'error' in rest
    ? rest
    : {
        value: {
          id: String(id),
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

/** Null is a score that was not measured. */
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
    : { error: '"score" must be a number' };
}

function readLabel(value: unknown, what: string): Read<string | undefined> {
  if (value === undefined || value === null) {
    return { value: undefined };
  }
  if (!['string', 'number', 'boolean'].includes(typeof value)) {
    return { error: `${what} must be a text` };
  }
  const label = String(value);
  return isLabel(label)
    ? { value: label }
    : {
        error: `${what} cannot be ${quote(
          label,
        )}: use 1 to ${MAX_LABEL} characters without line breaks`,
      };
}

function isLabel(text: string): boolean {
  return (
    text.trim() !== '' &&
    text.length <= MAX_LABEL &&
    !/\p{Cc}|\p{Cs}/u.test(text)
  );
}

function readSlices(value: unknown): Read<Record<string, string>> {
  if (value === undefined || value === null) {
    return { value: {} };
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    return { error: '"slices" must be an object such as {"region": "north"}' };
  }
  const slices: Array<[string, string]> = [];
  for (const [name, member] of Object.entries(value)) {
    if (!isLabel(name) || name.includes('=')) {
      return {
        error: `a slice cannot be called ${quote(
          name,
        )}: use 1 to ${MAX_LABEL} characters without line breaks and without =`,
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
