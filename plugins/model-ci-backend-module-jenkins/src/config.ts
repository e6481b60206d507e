import { readFileSync } from 'node:fs';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { parseSize } from '@model-ci/backstage-plugin-model-ci-common';
import { z } from 'zod';

const sizeSchema = z
  .union([z.string(), z.number()])
  .transform((value, context) => {
    const bytes = typeof value === 'number' ? value : parseSize(value);
    if (bytes === undefined || !(bytes > 0)) {
      context.addIssue({
        code: 'custom',
        message: 'is not a size; write it like 512Mi or 8Gi',
      });
      return z.NEVER;
    }
    return bytes;
  });

const capacitySchema = z.strictObject({
  cpus: z.number().positive(),
  memory: sizeSchema,
  gpus: z.int().nonnegative().default(0),
});

const nodeSchema = z.strictObject({
  name: z.string().min(1).optional(),
  label: z.string(),
  nodeLabels: z.record(z.string(), z.string()).default({}),
  maxSubmitted: z.int().positive().optional(),
  // Jenkins knows of executors only, so it refuses nothing for its size
  capacity: capacitySchema.default({ cpus: 1024, memory: 2 ** 44, gpus: 0 }),
});

const controllerSchema = z
  .strictObject({
    name: z.string().min(1),
    url: z.url({ protocol: /^https?$/ }),
    user: z.string().min(1),
    token: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
    caFile: z.string().min(1).optional(),
    job: z
      .string()
      .regex(
        /^[^/\\?#%]+(\/[^/\\?#%]+)*$/,
        'must be a name, behind its folders: team/model-ci',
      )
      .default('model-ci'),
    createJob: z.boolean().default(true),
    pollSeconds: z.number().positive().default(2),
    portalCaFile: z.string().min(1).optional(),
    nodes: z.array(nodeSchema).min(1),
  })
  .refine(
    ({ token, password }) => (token === undefined) !== (password === undefined),
    "needs either 'token' or 'password'",
  );

type ReadController = z.infer<typeof controllerSchema>;

export interface LabelNode
  extends Omit<ReadController['nodes'][number], 'name'> {
  name: string;
}

export interface ControllerConfig
  extends Omit<ReadController, 'nodes' | 'caFile' | 'portalCaFile'> {
  nodes: LabelNode[];
  /** PEM. */
  ca?: string;
  /** PEM. */
  portalCa?: string;
}

const KEY = 'modelCi.executors.jenkins.controllers';

/** Reads `modelCi.executors.jenkins.controllers`. */
export function readControllerConfigs(root: Config): ControllerConfig[] {
  const controllers = (root.getOptionalConfigArray(KEY) ?? []).map(
    (config, index) => readController(config.get(), index),
  );
  const names = controllers.map(({ name }) => name);
  const nodes = controllers.flatMap(controller =>
    controller.nodes.map(({ name }) => name),
  );
  for (const [what, all] of Object.entries({ controllers: names, nodes })) {
    const twice = all.find((name, index) => all.indexOf(name) !== index);
    if (twice !== undefined) {
      throw new InputError(`Config ${KEY}: two ${what} are named '${twice}'`);
    }
  }
  return controllers;
}

function readController(value: unknown, index: number): ControllerConfig {
  const read = controllerSchema.safeParse(value);
  if (!read.success) {
    const { path, message } = read.error.issues[0];
    const key = [`${KEY}[${index}]`, ...path.map(String)].join('.');
    throw new InputError(`Config ${key}: ${message}`);
  }
  const { nodes, caFile, portalCaFile, ...rest } = read.data;
  const ca = readPem(`${KEY}[${index}].caFile`, caFile);
  const portalCa = readPem(`${KEY}[${index}].portalCaFile`, portalCaFile);
  return {
    ...rest,
    ...(ca !== undefined && { ca }),
    ...(portalCa !== undefined && { portalCa }),
    nodes: nodes.map(node => ({ ...node, name: node.name ?? rest.name })),
  };
}

function readPem(key: string, file: string | undefined): string | undefined {
  if (file === undefined) {
    return undefined;
  }
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(`Config ${key}: '${file}' cannot be read`, error);
  }
}
