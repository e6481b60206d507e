import { normalizeGates } from './keys/normalizeGates';
import { normalizeParameters } from './keys/parameters';
import { normalizeTriggers } from './keys/triggers';
import { normalizePath } from './paths';
import {
  DEFAULT_HEALTH,
  DEFAULT_PLATFORM_RETRIES,
  DEFAULT_PORT,
  DEFAULT_SCALE_CPU,
  DEFAULT_STARTUP_SECONDS,
  DEFAULT_TIMEOUT_SECONDS,
} from './defaults';
import type { ExecutorOptions } from './executors';
import type { PipelineFile } from './schema';
import type {
  PipelineDefinition,
  ServingDefinition,
  StageDefinition,
} from './types';
import { parseDuration, parseSize } from './units';

type Resources = NonNullable<PipelineFile['stages'][string]['resources']>;

/** Merges the defaults into each stage and turns texts into numbers. The file has passed every check. */
export function normalizeDefinition(
  file: PipelineFile,
  options: ReadonlyMap<string, ExecutorOptions> = new Map(),
  servingOptions: ExecutorOptions = {},
): PipelineDefinition {
  const defaults = file.defaults ?? {};
  const { serving, deploy } = file;
  return {
    version: 1,
    triggers: normalizeTriggers(file.triggers),
    ...normalizeParameters(file.parameters),
    ...optional('concurrency', file.concurrency),
    datasets: mapValues(file.datasets ?? {}, dataset => ({
      uri: normalizePath(dataset.uri),
      ...optional('resource', dataset.resource),
    })),
    stages: mapValues(file.stages, (stage, name) =>
      normalizeStage(stage, defaults, options.get(name) ?? {}),
    ),
    ...(serving && {
      serving: {
        run: toScript(serving.run),
        port: serving.port ?? DEFAULT_PORT,
        health: serving.health ?? DEFAULT_HEALTH,
        ...optional('api', serving.api),
        ...optional('example', serving.example),
        ...toImage(serving.image ?? defaults.image),
        env: { ...defaults.env, ...serving.env },
        secrets: [...(serving.secrets ?? [])],
        startupSeconds:
          toSeconds(serving.startupTimeout) ?? DEFAULT_STARTUP_SECONDS,
        resources: toResources(serving.resources ?? {}),
        ...toScale(serving),
        ...(Object.keys(servingOptions).length > 0 && {
          options: servingOptions,
        }),
        timeouts: {
          ...optional(
            'firstByteSeconds',
            toSeconds(serving.timeouts?.firstByte),
          ),
          ...optional('silenceSeconds', toSeconds(serving.timeouts?.silence)),
        },
      },
    }),
    deploy: {
      path: [...(deploy?.path ?? [])],
      automatic: [...(deploy?.automatic ?? [])],
    },
    ...(file.promote && { promote: { ...file.promote } }),
  };
}

function toScale({
  replicas = 1,
  autoscale,
}: Pick<NonNullable<PipelineFile['serving']>, 'replicas' | 'autoscale'>): Pick<
  ServingDefinition,
  'replicas' | 'autoscale'
> {
  return autoscale
    ? {
        replicas: autoscale.min ?? 1,
        autoscale: {
          max: autoscale.max,
          cpu: autoscale.cpu ?? DEFAULT_SCALE_CPU,
        },
      }
    : { replicas };
}

function normalizeStage(
  stage: PipelineFile['stages'][string],
  defaults: NonNullable<PipelineFile['defaults']>,
  options: ExecutorOptions,
): StageDefinition {
  return {
    ...optional('title', stage.title),
    ...(stage.imageBuild
      ? { script: '', imageBuild: toBuild(stage.imageBuild) }
      : {
          script: toScript(stage.run ?? []),
          ...optional('shell', stage.shell ?? defaults.shell),
          ...toImage(stage.image ?? defaults.image),
        }),
    needs: [...(stage.needs ?? [])],
    ...optional('dependencies', stage.dependencies),
    // Commands have an environment; a build has arguments.
    env: stage.imageBuild ? {} : { ...defaults.env, ...stage.env },
    resources: toResources({ ...defaults.resources, ...stage.resources }),
    ...optional('executor', stage.executor ?? defaults.executor),
    ...(Object.keys(options).length > 0 && { options }),
    nodeSelector: { ...defaults.nodeSelector, ...stage.nodeSelector },
    timeoutSeconds:
      toSeconds(stage.timeout ?? defaults.timeout) ?? DEFAULT_TIMEOUT_SECONDS,
    ...optional(
      'queueTimeoutSeconds',
      toSeconds(stage.queueTimeout ?? defaults.queueTimeout),
    ),
    retry: {
      platform:
        stage.retry?.platform ??
        defaults.retry?.platform ??
        DEFAULT_PLATFORM_RETRIES,
    },
    artifacts: mapValues(stage.artifacts ?? {}, normalizePath),
    ...(stage.cache && {
      cache: mapValues(stage.cache, cache => ({
        path: normalizePath(cache.path),
        key: cache.key.map(normalizePath),
      })),
    }),
    datasets: [...(stage.datasets ?? [])],
    reports: {
      ...optional('junit', toPaths(stage.reports?.junit)),
      ...optional('metrics', toPaths(stage.reports?.metrics)),
      ...optional('predictions', toPath(stage.reports?.predictions)),
      ...optional('lm-eval', toPaths(stage.reports?.['lm-eval'])),
      ...optional('series', toPaths(stage.reports?.series)),
      ...optional('directions', stage.reports?.directions),
    },
    ...normalizeGates(stage),
    allowFailure: stage.allowFailure ?? false,
    ...(stage.hold && { hold: true }),
    ...optional('when', stage.when),
    ...optional('matrix', stage.matrix),
    ...optional('select', stage.select),
    ...(stage.on && { on: mapValues(stage.on, normalizeEnvironment) }),
    ...optional('repeat', stage.repeat),
    ...optional('parity', stage.parity),
    network: stage.network ?? defaults.network ?? 'default',
    secrets: [...(stage.secrets ?? [])],
  };
}

/** Only what it says otherwise than its stage. */
function normalizeEnvironment(
  environment: NonNullable<PipelineFile['stages'][string]['on']>[string],
) {
  const { executor, image, nodeSelector, env, resources } = environment;
  return {
    ...optional('executor', executor),
    ...optional('image', image),
    nodeSelector: { ...nodeSelector },
    env: { ...env },
    resources: toResources(resources ?? {}),
  };
}

function toImage(
  image: PipelineFile['stages'][string]['image'],
): Pick<StageDefinition, 'image' | 'imageFrom'> {
  return typeof image === 'object'
    ? { imageFrom: image.stage }
    : optional('image', image);
}

function toBuild({
  context = '.',
  dockerfile = 'Dockerfile',
  args = {},
  tag,
}: NonNullable<PipelineFile['stages'][string]['imageBuild']>) {
  return {
    context: normalizePath(context) || '.',
    dockerfile: normalizePath(dockerfile),
    args: { ...args },
    ...optional('tag', tag),
  };
}

function toScript(run: string | string[]): string {
  return typeof run === 'string' ? run : run.join('\n');
}

function toPaths(
  paths: string | string[] | undefined,
): string | string[] | undefined {
  return typeof paths === 'object' ? paths.map(normalizePath) : toPath(paths);
}

function toPath(path: string | undefined): string | undefined {
  return path === undefined ? undefined : normalizePath(path);
}

function toSeconds(duration: string | undefined): number | undefined {
  return duration === undefined ? undefined : parseDuration(duration);
}

function toResources({ cpus, memory, gpus }: Resources) {
  return {
    ...optional('cpus', cpus),
    ...optional(
      'memoryBytes',
      memory === undefined ? undefined : parseSize(memory),
    ),
    ...optional('gpus', gpus),
  };
}

/** Leaves the key out instead of holding `undefined`, so that the result equals itself after a trip through JSON. */
function optional<K extends string, V>(
  key: K,
  value: V | undefined,
): { [P in K]?: V } {
  const result: { [P in K]?: V } = {};
  if (value !== undefined) {
    result[key] = value;
  }
  return result;
}

function mapValues<T, U>(
  record: Record<string, T>,
  map: (value: T, key: string) => U,
): Record<string, U> {
  // fromEntries defines properties: no key can reach a prototype.
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, map(value, key)]),
  );
}
