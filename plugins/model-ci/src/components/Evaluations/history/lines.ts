import type {
  LineHistoryQuery,
  MetricLine,
} from '@model-ci/backstage-plugin-model-ci-common';

/** What tells lines apart, in the order in which a person chooses. */
const PARTS = [
  'metric',
  'dataset',
  'environment',
  'instance',
  'slice',
] as const;

type Part = (typeof PARTS)[number];

/** What can be chosen of one part, given what was chosen before it; an empty text stands for "none". */
export interface Choice {
  part: Part;
  options: string[];
  chosen: string;
}

/**
 * The line that the parts name, as far as there is one: a part that names nothing falls back to the first option,
 * so that whatever stands in a URL leads to a line that exists. Undefined where there are no lines.
 */
export function chooseLine(
  lines: MetricLine[],
  wanted: (part: Part) => string | null,
): { line: MetricLine; choices: Choice[] } | undefined {
  let left = lines;
  const choices: Choice[] = [];
  for (const part of PARTS) {
    const options = [...new Set(left.map(line => line[part] ?? ''))].sort();
    const asked = wanted(part) ?? '';
    const chosen = options.includes(asked) ? asked : options[0];
    left = left.filter(line => (line[part] ?? '') === chosen);
    choices.push({ part, options, chosen });
  }
  return left.length > 0 ? { line: left[0], choices } : undefined;
}

/** From the URL, in which anybody can write anything. */
export function readWindow(
  params: URLSearchParams,
): Pick<LineHistoryQuery, 'scope' | 'from' | 'to'> {
  return {
    scope: params.get('scope') === 'runs' ? 'runs' : 'versions',
    from: startOf(params.get('from')),
    to: endOf(params.get('to')),
  };
}

const DAY = /^\d{4}-\d\d-\d\d$/;

function startOf(day: string | null): string | undefined {
  return toTime(day, 'T00:00:00.000');
}

function endOf(day: string | null): string | undefined {
  return toTime(day, 'T23:59:59.999');
}

/** A day of the reader's own time zone. */
function toTime(day: string | null, time: string): string | undefined {
  if (!day || !DAY.test(day)) {
    return undefined;
  }
  const date = new Date(`${day}${time}`);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
