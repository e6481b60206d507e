import type { z } from 'zod';
import {
  formatReason,
  parseReason,
  quoted,
  reason,
  type Reason,
} from '../reasons';
import { MAX_ERRORS, type Problem, isMapping, valueOf } from './problems';
import { suggest, withSuggestion } from './suggest';

type Issue = z.ZodError['issues'][number];

/** What an issue is about. */
interface Subject {
  /** Where the schema's own value stands. */
  base: Problem['path'];
  /** The document, in which the paths lead to values. */
  root: unknown;
  /** The keys that a mapping may have, as far as somebody knows them. */
  knownKeys(path: Problem['path']): string[];
}

const KINDS: Record<string, Reason> = {
  object: reason('definition.mustBeMapping'),
  record: reason('definition.mustBeMapping'),
  array: reason('definition.mustBeList'),
  string: reason('definition.mustBeText'),
  number: reason('definition.mustBeNumber'),
  int: reason('definition.mustBeWhole'),
  boolean: reason('definition.mustBeBoolean'),
};

/** What the schema library found, in words of ours. */
export function toProblems(issue: Issue, subject: Subject): Problem[] {
  const path = [
    ...subject.base,
    ...issue.path.map(part => (typeof part === 'number' ? part : String(part))),
  ];
  const value = path.reduce<unknown>(valueOf, subject.root);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys
        .filter(key => key !== '__proto__')
        .slice(0, MAX_ERRORS)
        .map(key => ({
          path: [...path, key],
          atKey: true,
          reason: withSuggestion(
            reason('definition.unknownKey'),
            key,
            subject.knownKeys(path),
          ),
        }));
    case 'invalid_key':
      return issue.issues.map(inner => ({
        path,
        atKey: true,
        reason: describe(inner, undefined),
      }));
    case 'invalid_union': {
      const alternative = closestAlternative(issue.errors);
      return alternative
        ? alternative.flatMap(inner =>
            toProblems(inner, { ...subject, base: path }),
          )
        : [{ path, reason: describe(issue, value) }];
    }
    default:
      return [{ path, reason: describe(issue, value) }];
  }
}

/** The alternative that has got furthest into the value, or else the rule that the value itself breaks. */
function closestAlternative(errors: Issue[][]): Issue[] | undefined {
  const [closest] = [...errors].sort((a, b) => depthOf(b) - depthOf(a));
  if (closest && depthOf(closest) > 0) {
    return closest;
  }
  const own = errors.flat().find(inner => inner.code !== 'invalid_type');
  return own && [own];
}

function depthOf(issues: Issue[]): number {
  return Math.max(0, ...issues.map(issue => issue.path.length));
}

function describe(issue: Issue, value: unknown): Reason {
  switch (issue.code) {
    case 'invalid_union':
      return butIs(ruleOf(issue) ?? reason('definition.mustBeTexts'), value);
    case 'invalid_type':
      return value === undefined
        ? reason('definition.required')
        : ruleOf(issue) ?? describeType(issue.expected, value);
    case 'invalid_value':
      return describeChoice(issue.values.map(String), value);
    case 'too_small':
      return ruleOf(issue) ?? describeTooSmall(issue.origin, issue.minimum);
    case 'too_big':
      return ruleOf(issue) ?? describeTooBig(issue.origin, issue.maximum);
    default:
      // Of executors, whose schemas may say anything.
      return ruleOf(issue) ?? quoted(issue.message);
  }
}

/** What the schema itself says, see `ruleText`. */
function ruleOf({ message }: { message: string }): Reason | undefined {
  const rule = parseReason(message);
  return formatReason(rule) === message ? rule : undefined;
}

function describeType(expected: string, value: unknown): Reason {
  const rule =
    KINDS[expected] ?? reason('definition.mustBe', { value: expected });
  const problem = butIs(rule, value);
  const quotable = typeof value === 'number' || typeof value === 'boolean';
  return expected === 'string' && quotable
    ? reason('definition.quoteIt', { problem })
    : problem;
}

function describeChoice(choices: string[], value: unknown): Reason {
  if (value === undefined) {
    return describeRequired(choices);
  }
  const rule =
    choices.length === 1
      ? reason('definition.mustBe', { value: choices[0] })
      : reason('definition.mustBeOneOf', { values: choices.join(', ') });
  const problem = butIs(rule, value);
  const word = typeof value === 'string' ? suggest(value, choices) : undefined;
  return word === undefined
    ? problem
    : reason('definition.didYouMean', { problem, word });
}

function describeRequired(choices: string[]): Reason {
  return choices.length === 1
    ? reason('definition.requiredValue', { value: choices[0] })
    : reason('definition.chooseFrom', {
        problem: reason('definition.required'),
        words: choices.join(', '),
      });
}

function describeTooSmall(origin: string, min: number | bigint): Reason {
  if (origin === 'array') {
    return reason('definition.emptyList');
  }
  if (origin === 'string') {
    return reason('definition.isEmpty');
  }
  return Number(min) === 0
    ? reason('definition.negative')
    : reason('definition.atLeast', { min: Number(min) });
}

function describeTooBig(origin: string, limit: number | bigint): Reason {
  const max = Number(limit);
  if (origin === 'array') {
    return reason('definition.tooManyEntries', { max });
  }
  return origin === 'string'
    ? reason('definition.tooManyCharacters', { max })
    : reason('definition.atMost', { max });
}

function butIs(rule: Reason, value: unknown): Reason {
  return reason('definition.butIs', { rule, found: describeValue(value) });
}

function describeValue(value: unknown): Reason | string {
  if (value === null || value === undefined) {
    return reason('found.empty');
  }
  if (Array.isArray(value)) {
    return reason('found.list');
  }
  if (isMapping(value)) {
    return reason('found.mapping');
  }
  return typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : JSON.stringify(String(value).slice(0, 100));
}
