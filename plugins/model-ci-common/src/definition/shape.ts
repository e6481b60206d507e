import {
  type ExecutorOptions,
  type InstalledExecutors,
  takeExecutorOptions,
} from './executors';
import { pipelineDefinitionJsonSchema } from './jsonSchema';
import {
  MAX_ERRORS,
  type Problem,
  entriesOf,
  isMapping,
  valueOf,
} from './problems';
import { pipelineFileSchema, type PipelineFile } from './schema';
import { suggestion } from './suggest';

type Issue = NonNullable<
  ReturnType<typeof pipelineFileSchema.safeParse>['error']
>['issues'][number];

const KINDS: Record<string, string> = {
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** Checks one value after the other: unknown keys, types, formats. */
export function checkShape(
  value: unknown,
  executors?: InstalledExecutors,
): {
  file?: PipelineFile;
  /** What stages wrote for executors, by stage. */
  options?: Map<string, ExecutorOptions>;
  problems: Problem[];
} {
  const { document, options, ...taken } = takeExecutorOptions(
    value,
    { stage: knownKeys(['stages', '*']), defaults: knownKeys(['defaults']) },
    executors,
  );
  const result = pipelineFileSchema.safeParse(document);
  const problems = [
    ...findPrototypeKeys(value),
    ...taken.problems,
    ...(result.error?.issues ?? []).flatMap(issue =>
      toProblems(issue, [], value, Object.keys(executors ?? {})),
    ),
  ];
  return result.success && problems.length === 0
    ? { file: result.data, options, problems }
    : { problems };
}

/** The schema library drops `__proto__` where keys are free; nothing may be dropped in silence. */
function findPrototypeKeys(value: unknown): Problem[] {
  const problems: Problem[] = [];
  const visit = (node: unknown, path: Array<string | number>) => {
    // No accepted document is deeper, so what lies below is refused anyway; and aliases can make circles.
    if (path.length > 8) {
      return;
    }
    if (Array.isArray(node)) {
      node
        .slice(0, 1000)
        .forEach((item, index) => visit(item, [...path, index]));
      return;
    }
    for (const [key, child] of entriesOf(node)) {
      if (key === '__proto__') {
        problems.push({
          path: [...path, key],
          atKey: true,
          message: "'__proto__' cannot be used as a key",
        });
      } else {
        visit(child, [...path, key]);
      }
    }
  };
  visit(value, []);
  return problems;
}

function toProblems(
  issue: Issue,
  base: Array<string | number>,
  root: unknown,
  executors: string[],
): Problem[] {
  const path = [
    ...base,
    ...issue.path.map(part => (typeof part === 'number' ? part : String(part))),
  ];
  const value = path.reduce<unknown>(valueOf, root);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = knownKeys(path);
      const isStage = path[0] === 'stages' && path.length === 2;
      if (isStage || path[0] === 'defaults') {
        known.push(...executors);
      }
      return issue.keys
        .filter(key => key !== '__proto__')
        .slice(0, MAX_ERRORS)
        .map(key => ({
          path: [...path, key],
          atKey: true,
          message: `unknown key${suggestion(key, known, 'known here')}`,
        }));
    }
    case 'invalid_key':
      return issue.issues.map(inner => ({
        path,
        atKey: true,
        message: inner.message,
      }));
    case 'invalid_union': {
      // The alternative that comes closest is the one that has got furthest into the value.
      const closest = [...issue.errors].sort(
        (a, b) => depthOf(b) - depthOf(a),
      )[0];
      if (closest && depthOf(closest) > 0) {
        return closest.flatMap(inner =>
          toProblems(inner, path, root, executors),
        );
      }
      const own = issue.errors
        .flat()
        .find(inner => inner.code !== 'invalid_type');
      return own
        ? toProblems(own, path, root, executors)
        : [{ path, message: `${alternativesOf(issue)}, ${but(value)}` }];
    }
    case 'invalid_type':
      return [{ path, message: describeType(issue, value) }];
    case 'invalid_value':
      return [
        {
          path,
          message:
            value === undefined
              ? `is required; write ${issue.values.map(String).join(' or ')}`
              : describeChoice(issue.values.map(String), value),
        },
      ];
    case 'too_small':
      return issue.origin === 'array'
        ? [{ path, message: 'is an empty list; give at least one entry' }]
        : [{ path, message: issue.message }];
    case 'too_big':
      return issue.origin === 'array'
        ? [{ path, message: `has more than ${issue.maximum} entries` }]
        : [{ path, message: issue.message }];
    default:
      return [{ path, message: issue.message }];
  }
}

/** What a union demands, where it says that itself. */
function alternativesOf({ message }: { message: string }): string {
  return message.startsWith('must ')
    ? message
    : 'must be text or a list of texts';
}

function depthOf(issues: Issue[]): number {
  return Math.max(0, ...issues.map(issue => issue.path.length));
}

function describeType(
  issue: Extract<Issue, { code: 'invalid_type' }>,
  value: unknown,
): string {
  if (value === undefined) {
    return 'is required';
  }
  if (issue.message.startsWith('must ')) {
    return issue.message;
  }
  const kind = KINDS[issue.expected] ?? issue.expected;
  const quotable = typeof value === 'number' || typeof value === 'boolean';
  return `must be ${kind}, ${but(value)}${
    issue.expected === 'string' && quotable ? '; put it in quotes' : ''
  }`;
}

function describeChoice(choices: string[], value: unknown): string {
  const hint =
    typeof value === 'string' ? suggestion(value, choices, 'known') : '';
  return hint.startsWith('; did you')
    ? `must be ${choices.join(' or ')}, ${but(value)}${hint}`
    : `must be ${choices.join(' or ')}, ${but(value)}`;
}

function but(value: unknown): string {
  if (value === null || value === undefined) {
    return 'but is empty';
  }
  if (Array.isArray(value)) {
    return 'but is a list';
  }
  if (isMapping(value)) {
    return 'but is a mapping';
  }
  if (typeof value === 'number' || typeof value === 'boolean') {
    return `but is ${value}`;
  }
  return `but is ${JSON.stringify(String(value).slice(0, 100))}`;
}

/** The JSON Schema is plain data: the keys of a mapping are found in it without asking the schema library. */
function knownKeys(path: ReadonlyArray<string | number>): string[] {
  let schema: unknown = pipelineDefinitionJsonSchema;
  for (const part of path) {
    if (typeof part === 'number') {
      schema = valueOf(schema, 'items');
    } else {
      schema =
        valueOf(valueOf(schema, 'properties'), part) ??
        valueOf(schema, 'additionalProperties');
    }
  }
  return Object.keys(valueOf(schema, 'properties') ?? {});
}
