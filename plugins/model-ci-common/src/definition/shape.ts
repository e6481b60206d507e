import { reason } from '../reasons';
import {
  type ExecutorOptions,
  type InstalledExecutors,
  takeExecutorOptions,
} from './executors';
import { pipelineDefinitionJsonSchema } from './jsonSchema';
import { toProblems } from './issues';
import { type Problem, entriesOf, valueOf } from './problems';
import { pipelineFileSchema, type PipelineFile } from './schema';

/** Checks one value after the other: unknown keys, types, formats. */
export function checkShape(
  value: unknown,
  executors?: InstalledExecutors,
): {
  file?: PipelineFile;
  /** What stages wrote for executors, by stage. */
  options?: Map<string, ExecutorOptions>;
  /** What the service wants of executors. */
  servingOptions?: ExecutorOptions;
  problems: Problem[];
} {
  const { document, options, servingOptions, ...taken } = takeExecutorOptions(
    value,
    {
      stage: knownKeys(['stages', '*']),
      defaults: knownKeys(['defaults']),
      serving: knownKeys(['serving']),
    },
    executors,
  );
  const result = pipelineFileSchema.safeParse(document);
  const problems = [
    ...findPrototypeKeys(value),
    ...taken.problems,
    ...(result.error?.issues ?? []).flatMap(issue =>
      toProblems(issue, {
        base: [],
        root: value,
        knownKeys: path => knownKeysAt(path, Object.keys(executors ?? {})),
      }),
    ),
  ];
  return result.success && problems.length === 0
    ? { file: result.data, options, servingOptions, problems }
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
          reason: reason('definition.prototypeKey'),
        });
      } else {
        visit(child, [...path, key]);
      }
    }
  };
  visit(value, []);
  return problems;
}

/** Stages, `defaults` and `serving` may also have a key for each installed executor. */
function knownKeysAt(path: Problem['path'], executors: string[]): string[] {
  const isStage = path[0] === 'stages' && path.length === 2;
  return isStage || ['defaults', 'serving'].includes(String(path[0]))
    ? [...knownKeys(path), ...executors]
    : knownKeys(path);
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
