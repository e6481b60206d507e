import type { z } from 'zod';

/** Where in a request something was found. */
export type RequestPart = 'path' | 'query' | 'headers' | 'body';

/** As zod hands it to an error map, before it has a message. */
type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

const KINDS: Partial<Record<string, string>> = {
  object: 'a JSON object',
  record: 'a JSON object',
  array: 'a list',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** Says in our words what would be right; schemas that know better say so themselves. */
export function describeIssue(part: RequestPart, issue: RawIssue): string {
  if (issue.input === undefined) {
    return 'is required';
  }
  switch (issue.code) {
    case 'invalid_type':
      return part !== 'body' && Array.isArray(issue.input)
        ? 'must be given once'
        : `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'too_small':
      if (isLength(issue.origin)) {
        return issue.minimum === 1
          ? 'must not be empty'
          : `must have at least ${issue.minimum} ${unitOf(issue.origin)}`;
      }
      return `must be at least ${issue.minimum}`;
    case 'too_big':
      return isLength(issue.origin)
        ? `must have at most ${issue.maximum} ${unitOf(issue.origin)}`
        : `must be at most ${issue.maximum}`;
    case 'invalid_value':
      return `must be ${alternatives(issue.values.map(String))}`;
    case 'invalid_format':
      return 'has the wrong form';
    default:
      return 'is not possible here';
  }
}

/** The names that would have been known, for one that is not. */
export function describeUnknown(part: RequestPart, known: string[]): string {
  const things = part === 'query' ? 'parameters' : 'fields';
  return known.length > 0
    ? `is unknown; the ${things} here are ${known.map(quote).join(', ')}`
    : `is unknown; there are no ${things} here`;
}

/** What came in a request, as it can stand in a line of text. */
export function quote(text: string): string {
  const short = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return `'${JSON.stringify(short).slice(1, -1)}'`;
}

function isLength(origin: string): boolean {
  return origin === 'string' || origin === 'array' || origin === 'set';
}

function unitOf(origin: string): string {
  return origin === 'string' ? 'characters' : 'entries';
}

function alternatives(values: string[]): string {
  const quoted = values.map(value => `'${value}'`);
  const last = quoted.pop();
  return quoted.length > 0 ? `${quoted.join(', ')} or ${last}` : `${last}`;
}
