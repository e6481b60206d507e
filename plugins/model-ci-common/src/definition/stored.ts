import type { JsonObject, JsonValue } from '@backstage/types';
import { z } from 'zod';
import {
  DEFAULT_HEALTH,
  DEFAULT_PLATFORM_RETRIES,
  DEFAULT_PORT,
  DEFAULT_STARTUP_SECONDS,
  DEFAULT_TIMEOUT_SECONDS,
} from './defaults';
import { storedCache } from './keys/cache';
import { concurrency } from './keys/concurrency';
import { SERVING_APIS } from './keys/interface';
import { storedGateKeys } from './keys/storedGates';
import { storedParameterSchema } from './keys/storedParameters';
import { storedTriggers } from './keys/triggers';
import { storedWhen } from './keys/when';
import { isMapping } from './problems';

/**
 * Definitions as runs keep them. Each is stored once and read for years, so that whatever an earlier release did not
 * write has a default here; a key that a later one wrote is left out. A new key is either optional or has a default.
 */
const names = () => z.array(z.string()).default([]);
const texts = () => z.record(z.string(), z.string()).default({});
const paths = () => z.union([z.string(), z.array(z.string())]).optional();

/** Of JSON text, every object is one. */
const jsonObjectSchema = z.custom<JsonObject>(isMapping);
const jsonValueSchema = z.custom<JsonValue>(value => value !== undefined);

const resourcesSchema = z
  .object({
    cpus: z.number().optional(),
    memoryBytes: z.number().optional(),
    gpus: z.number().optional(),
  })
  .default({});

/** Name of the stage whose image is run, in place of one that is named. */
const imageSource = { imageFrom: z.string().optional() };

const stageSchema = z.object({
  /** What pages show instead of the name. The name is the key: in URLs, logs, `needs` and the HTTP interface. */
  title: z.string().optional(),
  /** The commands joined to one script for `sh -e`. */
  script: z.string(),
  /** What runs the script; `sh` where absent. `bash` runs it with `-e -o pipefail`. */
  shell: z.enum(['sh', 'bash']).optional(),
  image: z.string().optional(),
  ...imageSource,
  /** Builds an image instead of running the script. */
  imageBuild: z
    .object({
      context: z.string().default('.'),
      dockerfile: z.string().default('Dockerfile'),
      args: texts(),
      tag: z.string().optional(),
    })
    .optional(),
  needs: names(),
  /** Stages whose artifacts it is given; those of all that it needs, directly or through others, if absent. */
  dependencies: z.array(z.string()).optional(),
  /** Whether the stage runs; without it, where what it needs has succeeded. */
  when: storedWhen.optional(),
  env: texts(),
  resources: resourcesSchema,
  executor: z.string().optional(),
  /** What the stage wrote for executors, by their names; they read it themselves. */
  options: z.record(z.string(), jsonObjectSchema).optional(),
  nodeSelector: texts(),
  timeoutSeconds: z.number().default(DEFAULT_TIMEOUT_SECONDS),
  /** Seconds that an attempt may be pending in a cluster; without limit if absent. */
  queueTimeoutSeconds: z.number().optional(),
  /** How often an attempt that the platform lost is made again. */
  retry: z
    .object({ platform: z.number() })
    .default({ platform: DEFAULT_PLATFORM_RETRIES }),
  /** Name to path in the workspace. */
  artifacts: texts(),
  /** What is kept between runs, by name. */
  cache: storedCache,
  /** Names of data sets that the stage reads. */
  datasets: names(),
  /** Files, folders or patterns of files; several of them as a list. */
  reports: z
    .object({
      junit: paths(),
      metrics: paths(),
      predictions: z.string().optional(),
      'lm-eval': paths(),
      series: paths(),
      directions: z.record(z.string(), z.enum(['higher', 'lower'])).optional(),
    })
    .default({}),
  ...storedGateKeys,
  allowFailure: z.boolean().default(false),
  /** Whether the stage waits for a person once it has succeeded. */
  hold: z.boolean().optional(),
  /** Parameters by name: the stage is executed once for each combination of their values. */
  matrix: z
    .record(z.string(), z.array(z.union([z.string(), z.number(), z.boolean()])))
    .optional(),
  /** By which metric one of the instances is chosen. */
  select: z
    .object({
      metric: z.string(),
      dataset: z.string().optional(),
      goal: z.enum(['minimize', 'maximize']),
    })
    .optional(),
  /** Environments in each of which the stage is executed, with what they say otherwise. */
  on: z
    .record(
      z.string(),
      z.object({
        executor: z.string().optional(),
        image: z.string().optional(),
        nodeSelector: texts(),
        env: texts(),
        resources: resourcesSchema,
      }),
    )
    .optional(),
  /** How often the stage is executed in each environment. */
  repeat: z.number().optional(),
  /** Compares what the environments predict. */
  parity: z.object({ reference: z.string() }).optional(),
  network: z.enum(['none', 'default']).default('default'),
  /** Names of the secrets that it gets as environment variables. */
  secrets: names(),
});

const servingSchema = z.object({
  /** Script for `sh -e`; `$PORT` says where to listen. */
  run: z.string(),
  /** Port inside a container. */
  port: z.number().default(DEFAULT_PORT),
  /** Path that answers 200 once the service can take predictions. */
  health: z.string().default(DEFAULT_HEALTH),
  /** The interface that it has; its own where absent, or where a later release wrote one that this one does not know. */
  api: z.enum(SERVING_APIS).optional().catch(undefined),
  /** A request that it answers. */
  example: jsonValueSchema.optional(),
  image: z.string().optional(),
  ...imageSource,
  env: texts(),
  /** Names of the secrets that it gets as environment variables. */
  secrets: names(),
  /** Seconds until the service must be healthy. */
  startupSeconds: z.number().default(DEFAULT_STARTUP_SECONDS),
  resources: resourcesSchema,
  /** How many run side by side; where they are scaled, at least. */
  replicas: z.number().default(1),
  /** How many run side by side at most, and how much of its CPUs each is to use, in percent. */
  autoscale: z.object({ max: z.number(), cpu: z.number() }).optional(),
  /** What the service wants of executors, by their names; they read it themselves. */
  options: z.record(z.string(), jsonObjectSchema).optional(),
  /** How long callers wait; as the portal says where nothing is said. */
  timeouts: z
    .object({
      firstByteSeconds: z.number().optional(),
      silenceSeconds: z.number().optional(),
    })
    .default({}),
});

const definitionSchema = z.object({
  version: z.literal(1).default(1),
  triggers: storedTriggers,
  /** What becomes of several runs of one branch; they run side by side if absent. */
  concurrency: concurrency.optional(),
  /** What is given when a run is started, by name. */
  parameters: z.record(z.string(), storedParameterSchema).optional(),
  /** `resource` is the ref of the catalog's Resource as it was written, so without what may be left out. */
  datasets: z
    .record(
      z.string(),
      z.object({ uri: z.string(), resource: z.string().optional() }),
    )
    .default({}),
  stages: z.record(z.string(), stageSchema).default({}),
  serving: servingSchema.optional(),
  deploy: z
    .object({ path: names(), automatic: names() })
    .default({ path: [], automatic: [] }),
  /** What the version of a successful run is given. */
  promote: z.object({ alias: z.string() }).optional(),
});

/** A definition after parsing: defaults are merged into each stage, sizes and times are numbers. */
export type PipelineDefinition = z.output<typeof definitionSchema>;
export type StageDefinition = z.output<typeof stageSchema>;
export type ServingDefinition = z.output<typeof servingSchema>;

/** Reads the definition that a run keeps, whichever release wrote it. */
export function parseStoredDefinition(text: string): PipelineDefinition {
  return definitionSchema.parse(JSON.parse(text));
}

/**
 * A stored definition with only what its author wrote: without defaults, which releases add, and in one order of keys. It
 * is the same text for the same file, whichever release has stored it.
 */
export function canonicalDefinition(text: string): string {
  const { stages, serving, ...rest } = parseStoredDefinition(text);
  return JSON.stringify(
    canonical({
      ...differing(rest, definitionSchema.parse({})),
      stages: mapValues(stages, stage => ({
        ...differing(stage, stageSchema.parse({ script: '' })),
        script: stage.script,
        // The names count even where an environment says nothing.
        ...(stage.on && { on: stage.on }),
      })),
      ...(serving && {
        serving: {
          ...differing(serving, servingSchema.parse({ run: '' })),
          run: serving.run,
        },
      }),
    }),
  );
}

/** What a mapping says otherwise than the defaults. */
function differing(value: object, defaults: object): Record<string, unknown> {
  const usual = new Map(Object.entries(defaults));
  return Object.fromEntries(
    Object.entries(value).filter(
      ([key, own]) =>
        JSON.stringify(canonical(own)) !==
        JSON.stringify(canonical(usual.get(key))),
    ),
  );
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(canonical);
  }
  return isMapping(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, canonical(inner)]),
      )
    : value;
}

function mapValues<T, U>(
  record: Record<string, T>,
  map: (value: T) => U,
): Record<string, U> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, map(value)]),
  );
}

/** Reads the part of a definition that a stage of a run keeps. */
export function parseStoredStage(text: string): StageDefinition {
  return stageSchema.parse(JSON.parse(text));
}
