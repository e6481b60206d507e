import type { JsonObject } from '@backstage/types';
import type { z } from 'zod';
import { reason, type Reason } from '../reasons';
import { toProblems } from './issues';
import {
  MAX_ERRORS,
  type Problem,
  entriesOf,
  isMapping,
  valueOf,
} from './problems';
import { withSuggestion } from './suggest';

/** Names of executors: they are keys of stages and of app-config. */
export const EXECUTOR_NAME_PATTERN = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** What an installed executor demands of a definition. */
export interface ExecutorRules {
  /** Reads what a stage or the service writes under the executor's name; without it nothing can be written there. */
  readonly stageOptions?: z.ZodType<JsonObject>;
  /** Whether it runs containers, so that a stage or service needs an image. */
  readonly needsImage?: boolean;
  /** Whether it can hand secrets to stages without showing them. */
  readonly takesSecrets?: boolean;
  /** Whether stages may build images with it. */
  readonly buildsImages?: boolean;
  /** Whether it hands secrets to the commands of such a build that mount them, and leaves none in the image. */
  readonly buildsWithSecrets?: boolean;
}

/** The executors that are installed, by name. */
export type InstalledExecutors = Readonly<Record<string, ExecutorRules>>;

/** Options by the name of their executor. */
export type ExecutorOptions = Record<string, JsonObject>;

/** Deeper or larger options are an error; a circle of aliases is both. */
const MAX_DEPTH = 5;
const MAX_VALUES = 1000;

/** Reports every executor that the definition names and that is not installed, and what those named demand. */
export function checkExecutors(
  document: unknown,
  executors: InstalledExecutors,
): Problem[] {
  const defaults = valueOf(document, 'defaults');
  const stages = entriesOf(valueOf(document, 'stages'));
  return [
    ...checkName(['defaults'], defaults, executors),
    ...stages.flatMap(([name, stage]) => [
      ...checkName(['stages', name], stage, executors),
      ...checkImages(name, stage, defaults, executors),
      ...checkSecrets(name, stage, defaults, executors),
    ]),
  ].slice(0, MAX_ERRORS);
}

function checkName(
  path: Problem['path'],
  holder: unknown,
  executors: InstalledExecutors,
): Problem[] {
  const executor = valueOf(holder, 'executor');
  return typeof executor === 'string' && !Object.hasOwn(executors, executor)
    ? [
        {
          path: [...path, 'executor'],
          reason: executorNotInstalled(executor, Object.keys(executors)),
        },
      ]
    : [];
}

/** The reason why a definition cannot run here. */
export function executorNotInstalled(
  executor: string,
  installed: string[],
): Reason {
  const name = executor.slice(0, 100);
  return installed.length === 0
    ? reason('definition.noExecutorAtAll', { executor: name })
    : withSuggestion(
        reason('definition.executorMissing', { executor: name }),
        executor,
        installed,
      );
}

/** Of a stage, or of each environment that it is executed in. */
function checkImages(
  name: string,
  stage: unknown,
  defaults: unknown,
  executors: InstalledExecutors,
): Problem[] {
  const environments = entriesOf(valueOf(stage, 'on'));
  return environments.length === 0
    ? checkImage(['stages', name], [stage, defaults], executors)
    : environments.flatMap(([key, environment]) => {
        const path = ['stages', name, 'on', key];
        const holders = [environment, stage, defaults];
        return [
          ...checkName(path, environment, executors),
          ...checkImage(path, holders, executors),
        ];
      });
}

/** The first of the holders that says something holds. */
function checkImage(
  path: Problem['path'],
  holders: unknown[],
  executors: InstalledExecutors,
): Problem[] {
  const said = (key: string) =>
    holders
      .map(holder => valueOf(holder, key))
      .find(value => value !== undefined);
  const executor = said('executor');
  if (said('imageBuild') !== undefined) {
    return checkBuilder(path, executor, executors);
  }
  const image = said('image');
  return typeof executor === 'string' &&
    Object.hasOwn(executors, executor) &&
    executors[executor].needsImage &&
    image === undefined
    ? [
        {
          path,
          atKey: true,
          reason: reason('definition.noImage', { executor }),
        },
      ]
    : [];
}

/** That those which may run the stage can hand it its secrets. */
function checkSecrets(
  name: string,
  stage: unknown,
  defaults: unknown,
  executors: InstalledExecutors,
): Problem[] {
  if (valueOf(stage, 'secrets') === undefined) {
    return [];
  }
  const usual = valueOf(stage, 'executor') ?? valueOf(defaults, 'executor');
  const environments = entriesOf(valueOf(stage, 'on'));
  const named = environments.map(
    ([, environment]) => valueOf(environment, 'executor') ?? usual,
  );
  const isBuild = valueOf(stage, 'imageBuild') !== undefined;
  const refusing = (environments.length > 0 ? named : [usual]).find(
    executor =>
      typeof executor === 'string' &&
      Object.hasOwn(executors, executor) &&
      !executors[executor][isBuild ? 'buildsWithSecrets' : 'takesSecrets'],
  );
  return typeof refusing === 'string'
    ? [
        {
          path: ['stages', name, 'secrets'],
          atKey: true,
          reason: reason(
            isBuild ? 'secret.buildTakesNone' : 'secret.executorTakesNone',
            { executor: refusing },
          ),
        },
      ]
    : [];
}

function checkBuilder(
  path: Problem['path'],
  executor: unknown,
  executors: InstalledExecutors,
): Problem[] {
  const why =
    typeof executor !== 'string' || Object.hasOwn(executors, executor)
      ? explainNoBuilder(executor, executors)
      : undefined;
  return why
    ? [{ path: [...path, 'imageBuild'], atKey: true, reason: why }]
    : [];
}

/** Why no image can be built with an executor, or with any where none is named. */
function explainNoBuilder(
  executor: unknown,
  executors: InstalledExecutors,
): Reason | undefined {
  const builders = Object.keys(executors).filter(
    name => executors[name].buildsImages,
  );
  if (builders.length === 0) {
    return reason('definition.noBuilder');
  }
  return typeof executor !== 'string' || builders.includes(executor)
    ? undefined
    : reason('definition.cannotBuild', {
        executor,
        builders: builders.join(', '),
      });
}

/**
 * Takes the options of executors out of a document, whose own schema knows none of them. Where the executors are not
 * known, every mapping under an unknown key counts as options, and is checked when a run is prepared.
 */
export function takeExecutorOptions(
  document: unknown,
  keys: { stage: string[]; defaults: string[]; serving: string[] },
  executors: InstalledExecutors | undefined,
): {
  document: unknown;
  options: Map<string, ExecutorOptions>;
  servingOptions: ExecutorOptions;
  problems: Problem[];
} {
  const options = new Map<string, ExecutorOptions>();
  const problems: Problem[] = [];
  if (!isMapping(document)) {
    return { document, options, servingOptions: {}, problems };
  }
  const isOptions = (known: string[]) => (key: string, value: unknown) =>
    isMapping(value) &&
    !known.includes(key) &&
    EXECUTOR_NAME_PATTERN.test(key) &&
    key !== 'constructor' &&
    (!executors || Object.hasOwn(executors, key));
  const defaults = split(document.defaults, isOptions(keys.defaults));
  const stages = entriesOf(document.stages).map(([name, stage]) => {
    const own = split(stage, isOptions(keys.stage));
    const read = readOptions(
      ['stages', name],
      own.taken,
      defaults.taken,
      executors,
    );
    options.set(name, read.options);
    problems.push(...read.problems);
    return [name, own.rest] as const;
  });
  const serving = split(document.serving, isOptions(keys.serving));
  const served = readOptions(['serving'], serving.taken, {}, executors);
  problems.push(...served.problems);
  return {
    document: {
      ...document,
      ...('defaults' in document && { defaults: defaults.rest }),
      ...(isMapping(document.stages) && {
        stages: Object.fromEntries(stages),
      }),
      ...('serving' in document && { serving: serving.rest }),
    },
    options,
    servingOptions: served.options,
    problems: withoutRepeats(problems),
  };
}

function split(
  holder: unknown,
  isTaken: (key: string, value: unknown) => boolean,
): { rest: unknown; taken: Record<string, unknown> } {
  if (!isMapping(holder)) {
    return { rest: holder, taken: {} };
  }
  const entries = Object.entries(holder);
  return {
    rest: Object.fromEntries(entries.filter(entry => !isTaken(...entry))),
    taken: Object.fromEntries(entries.filter(entry => isTaken(...entry))),
  };
}

/** Options of a stage or service on top of those in `defaults`, key by key. */
function readOptions(
  holder: string[],
  own: Record<string, unknown>,
  defaults: Record<string, unknown>,
  executors: InstalledExecutors | undefined,
): { options: ExecutorOptions; problems: Problem[] } {
  const options: ExecutorOptions = {};
  const problems: Problem[] = [];
  for (const name of new Set([...Object.keys(defaults), ...Object.keys(own)])) {
    const path = Object.hasOwn(own, name)
      ? [...holder, name]
      : ['defaults', name];
    const [above, below] = [defaults[name] ?? {}, own[name] ?? {}];
    if (!isPlain(above) || !isPlain(below)) {
      problems.push({ path, reason: reason('definition.optionsTooLarge') });
      continue;
    }
    const merged = { ...above, ...below };
    if (executors) {
      const checked = checkOptions(name, merged, path, executors[name]);
      problems.push(...checked.problems);
      options[name] = checked.options;
    } else {
      options[name] = merged;
    }
  }
  return { options, problems };
}

function checkOptions(
  executor: string,
  value: JsonObject,
  path: Problem['path'],
  { stageOptions }: ExecutorRules,
): { options: JsonObject; problems: Problem[] } {
  if (!stageOptions) {
    const why = reason('definition.noOptions', { executor });
    return { options: {}, problems: [{ path, atKey: true, reason: why }] };
  }
  const result = stageOptions.safeParse(value);
  if (result.success) {
    return { options: result.data, problems: [] };
  }
  const root = path.reduceRight<unknown>(
    (inner, part) => ({ [part]: inner }),
    value,
  );
  const problems = result.error.issues.flatMap(issue =>
    toProblems(issue, { base: path, root, knownKeys: () => [] }),
  );
  return { options: {}, problems };
}

/** One error in `defaults` shows in every stage. */
function withoutRepeats(problems: Problem[]): Problem[] {
  const seen = new Map(
    problems.map(problem => [JSON.stringify(problem), problem]),
  );
  return [...seen.values()];
}

function isPlain(value: unknown): value is JsonObject {
  let left = MAX_VALUES;
  const visit = (node: unknown, depth: number): boolean => {
    left -= 1;
    if (left < 0 || depth > MAX_DEPTH) {
      return false;
    }
    return typeof node !== 'object' || node === null
      ? true
      : Object.values(node).every(child => visit(child, depth + 1));
  };
  return visit(value, 0);
}
