import { z } from 'zod';
import { reason, type Reason } from '../reasons';
import {
  DURATION_PATTERN,
  SIZE_PATTERN,
  parseDuration,
  parseSize,
} from './units';
import { EXECUTOR_NAME_PATTERN } from './executors';
import { instanceKeys } from './keys/instances';
import { imageKeys } from './keys/images';
import { interfaceKeys } from './keys/interface';
import { createGateKeys, promoteKey } from './keys/gates';
import { MAX_ENTRIES, MAX_STAGES } from './keys/limits';
import { cacheKey } from './keys/cache';
import { concurrency } from './keys/concurrency';
import { parametersKey } from './keys/parameters';
import { path } from './keys/paths';
import { reports } from './keys/reports';
import { scalingKeys } from './keys/scaling';
import { secretsKey } from './keys/secrets';
import { when } from './keys/when';
import { createTriggers } from './keys/triggers';
import { ruleText } from './ruleText';

export { MAX_ENTRIES, MAX_STAGES } from './keys/limits';

/** Names of stages, data sets, artifacts and environments. */
export const NAME_PATTERN = /^[a-z](?:[a-z0-9_-]{0,61}[a-z0-9])?$/;

/** As much as a line of a page has room for. */
const MAX_TITLE = 100;
/** As long as a stage may run or wait at most. */
export const MAX_TIMEOUT_SECONDS = 30 * 86_400;
/** Docker refuses containers with less. */
const MIN_MEMORY_BYTES = 6 * 2 ** 20;

/** As the catalog takes it; kind and namespace may be left out. */
const RESOURCE_PATTERN =
  /^(?:[Rr]esource:)?(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const RESOURCE_RULE = ruleText('definition.mustBeResource');

const TOO_MANY_ENTRIES = ruleText('definition.tooManyEntries', {
  max: MAX_ENTRIES,
});

/** Keys of records of ours become names of properties: none may be one that every object has. */
const name = z
  .string()
  .regex(NAME_PATTERN, { error: ruleText('definition.name') })
  .refine(value => value !== 'constructor', {
    error: ruleText('definition.nameConstructor'),
  });

const text = (max = 4096) =>
  z
    .string()
    .max(max)
    .refine(value => value.trim() !== '', {
      error: ruleText('definition.isEmpty'),
    })
    .refine(value => !value.includes('\0'), {
      error: ruleText('definition.nulCharacter'),
    });

const resourceRef = z
  .string({ error: RESOURCE_RULE })
  .regex(RESOURCE_PATTERN, { error: RESOURCE_RULE });

function refuseValue(
  context: z.RefinementCtx<string>,
  value: string,
  problem: Reason,
): void {
  context.addIssue({
    code: 'custom',
    message: ruleText('definition.valueIs', {
      value: JSON.stringify(value.slice(0, 100)),
      problem,
    }),
  });
}

const duration = z
  .string({ error: ruleText('definition.mustBeDuration') })
  .superRefine((value, context) => {
    const seconds = parseDuration(value);
    const refuse = (problem: Reason) => refuseValue(context, value, problem);
    if (seconds === undefined) {
      refuse(reason('definition.notDuration'));
    } else if (seconds < 1 || seconds > MAX_TIMEOUT_SECONDS) {
      refuse(reason('definition.between', { min: '1s', max: '30d' }));
    }
  });

const durationMeta = {
  pattern: DURATION_PATTERN.source,
  examples: ['90s', '30m', '1h30m'],
};

const memory = z
  .string({ error: ruleText('definition.mustBeSize') })
  .superRefine((value, context) => {
    const bytes = parseSize(value);
    const refuse = (problem: Reason) => refuseValue(context, value, problem);
    if (bytes === undefined) {
      refuse(reason('definition.notSize'));
    } else if (bytes < MIN_MEMORY_BYTES || bytes > Number.MAX_SAFE_INTEGER) {
      refuse(reason('definition.atLeast', { min: '6Mi' }));
    }
  })
  .meta({
    description: 'Memory that is reserved and may not be exceeded.',
    pattern: SIZE_PATTERN.source,
    examples: ['512Mi', '1Gi', '16Gi'],
  });

const envName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
    error: ruleText('definition.variableName'),
  })
  .refine(value => !value.startsWith('MODEL_CI_'), {
    error: ruleText('definition.variableReserved'),
  });

const envValue = z
  .string()
  .max(32_768)
  .refine(value => !value.includes('\0'), {
    error: ruleText('definition.nulCharacter'),
  });

const env = z.record(envName, envValue).meta({
  description: 'Environment variables. Values are text: quote numbers.',
  examples: [{ EPOCHS: '3' }],
});

const secrets = secretsKey();

const resources = z
  .strictObject({
    cpus: z
      .number()
      .min(0.01)
      .max(4096)
      .optional()
      .meta({ description: 'CPU cores; parts are allowed.', examples: [1] }),
    memory: memory.optional(),
    gpus: z
      .int()
      .min(0)
      .max(1024)
      .optional()
      .meta({ description: 'Whole GPUs.', examples: [1] }),
  })
  .meta({
    description: 'What is reserved on the node.',
    examples: [{ cpus: 1, memory: '1Gi', gpus: 0 }],
  });

const labelName = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9_./-]*[A-Za-z0-9])?$/, {
    error: ruleText('definition.label'),
  });

const image = text(512)
  .refine(value => !/\s/.test(value), {
    error: ruleText('definition.whiteSpace'),
  })
  .refine(value => !value.startsWith('-'), {
    error: ruleText('definition.leadingHyphen'),
  })
  .meta({
    description: 'Container image; executors without containers ignore it.',
    examples: ['python:3.11'],
  });

const executor = z
  .string()
  .regex(EXECUTOR_NAME_PATTERN, {
    error: ruleText('definition.mustBeExecutor'),
  })
  .meta({
    description:
      'Executor that runs the stage; without it, the default one of the portal.',
    examples: ['docker'],
  });

const nodeSelector = z.record(labelName, z.string().max(253)).meta({
  description: 'Labels that the node must have.',
  examples: [{ gpu: 'a100' }],
});

const timeout = duration.meta({
  ...durationMeta,
  description: 'Time after which an attempt is killed.',
  default: '1h',
});

const queueTimeout = duration.meta({
  ...durationMeta,
  description:
    'Time that an attempt may wait in the queue of a cluster; unlimited if absent.',
});

const retry = z
  .strictObject({
    platform: z.int().min(0).max(10).meta({
      description: 'How often an attempt that the platform lost is made again.',
      default: 2,
    }),
  })
  .meta({ description: 'What is tried again.' });

const network = z.enum(['none', 'default']).meta({
  description: 'none cuts a container off from every network.',
  default: 'default',
});

const shell = z.enum(['sh', 'bash']).meta({
  description:
    'Shell that runs the commands. bash stops also where a command fails that is not the last of a pipe; the image must have it.',
  default: 'sh',
});

const run = z
  .union([text(65_536), z.array(text(65_536)).min(1).max(256)])
  .meta({
    description: 'Command, or list of commands, run by sh -e in the workspace.',
    examples: [['python3 -m pytest --junitxml=reports/junit.xml']],
  });

const images = imageKeys({ name, image, argument: envName, value: envValue });

const gateKeys = createGateKeys({
  name,
  text,
  duration,
  durationMeta,
  maxEntries: MAX_ENTRIES,
});

const stage = z
  .strictObject({
    title: z
      .string()
      .trim()
      .min(1)
      .max(MAX_TITLE)
      .optional()
      .meta({
        description:
          "What pages show instead of the stage's name, which stays its key everywhere else.",
        examples: ['Train on all houses'],
      }),
    run: run.optional(),
    imageBuild: images.imageBuild.optional(),
    shell: shell.optional(),
    image: images.image.optional(),
    needs: z
      .array(name)
      .max(MAX_STAGES)
      .optional()
      .meta({
        description:
          'Stages that must have succeeded before. Their artifacts, and those of their needs, are in the workspace, unless `dependencies` says otherwise.',
        examples: [['build']],
      }),
    dependencies: z
      .array(name)
      .max(MAX_STAGES)
      .optional()
      .meta({
        description:
          'Of the stages that it needs, directly or through others, those whose artifacts are in the workspace; all of them if absent.',
        examples: [['train'], []],
      }),
    when: when.optional(),
    env: env.optional(),
    resources: resources.optional(),
    executor: executor.optional(),
    nodeSelector: nodeSelector.optional(),
    timeout: timeout.optional(),
    queueTimeout: queueTimeout.optional(),
    retry: retry.optional(),
    artifacts: z
      .record(name, path)
      .refine(value => Object.keys(value).length <= MAX_ENTRIES, {
        error: TOO_MANY_ENTRIES,
      })
      .optional()
      .meta({
        description:
          'Files or folders that are kept, by name, and given to the stages that need this one.',
        examples: [{ model: 'model/' }],
      }),
    cache: cacheKey(name).optional(),
    datasets: z
      .array(name)
      .max(MAX_ENTRIES)
      .optional()
      .meta({
        description:
          'Data sets that the stage reads at the path in MODEL_CI_DATASET_<NAME>.',
        examples: [['houses']],
      }),
    reports: reports.optional(),
    ...gateKeys,
    allowFailure: z.boolean().optional().meta({
      description: 'Whether the run goes on if this stage fails.',
      default: false,
    }),
    hold: z.boolean().optional().meta({
      description:
        'Whether the stage, once it has succeeded, waits for a person before the run goes on.',
      default: false,
    }),
    ...instanceKeys({
      name,
      metric: text(200),
      environment: {
        executor: executor.optional(),
        nodeSelector: nodeSelector.optional(),
        image: image.optional(),
        env: env.optional(),
        resources: resources.optional(),
      },
    }),
    network: network.optional(),
    secrets: secrets.optional(),
  })
  .meta({ description: 'A vertex of the graph of a run.' });

/** The shape of `model-pipeline.yaml`. What one value cannot tell is in `rules.ts`. */
export const pipelineFileSchema = z
  .strictObject({
    version: z
      .literal(1)
      .meta({ description: 'Version of this file format.', examples: [1] }),
    triggers: createTriggers(name).optional().meta({
      description: 'What starts a run. Without it, only people start runs.',
    }),
    parameters: parametersKey(name),
    concurrency: concurrency.optional(),
    datasets: z
      .record(
        name,
        z.strictObject({
          uri: path.meta({
            description:
              'File or folder of the repository, relative to this file.',
            examples: ['./data/houses.csv'],
          }),
          resource: resourceRef.optional().meta({
            description:
              'Resource of the catalog that describes the data set; the pipeline then depends on it.',
            examples: ['resource:default/houses'],
          }),
        }),
      )
      .refine(value => Object.keys(value).length <= MAX_ENTRIES, {
        error: TOO_MANY_ENTRIES,
      })
      .optional()
      .meta({
        description:
          'Data sets by name; each run records the digest of what it read.',
        examples: [{ houses: { uri: './data/houses.csv' } }],
      }),
    defaults: z
      .strictObject({
        image: image.optional(),
        timeout: timeout.optional(),
        queueTimeout: queueTimeout.optional(),
        retry: retry.optional(),
        env: env.optional(),
        resources: resources.optional(),
        executor: executor.optional(),
        nodeSelector: nodeSelector.optional(),
        network: network.optional(),
        shell: shell.optional(),
      })
      .optional()
      .meta({
        description:
          'Values for every stage. env, resources and nodeSelector are merged by key, the rest is replaced. Serving takes image and env.',
      }),
    stages: z
      .record(name, stage)
      .refine(value => Object.keys(value).length > 0, {
        error: ruleText('definition.noStages'),
      })
      .refine(value => Object.keys(value).length <= MAX_STAGES, {
        error: ruleText('definition.tooManyStages', { max: MAX_STAGES }),
      })
      .meta({ description: 'The stages by name.' }),
    serving: z
      .strictObject({
        run: run.meta({
          description:
            'Command, or list of commands, that serves predictions over HTTP on $PORT. It starts in a workspace with the source and all artifacts of the version.',
          examples: ['exec python3 -m house_price.serve --port $PORT'],
        }),
        port: z.int().min(1).max(65_535).optional().meta({
          description: 'Port inside a container; $PORT holds it.',
          default: 8080,
        }),
        health: text(1024)
          .regex(/^\/[\x21-\x7e]*$/, {
            error: ruleText('definition.mustBeUrlPath'),
          })
          .optional()
          .meta({
            description: 'Path that answers 200 once predictions can be made.',
            default: '/healthz',
          }),
        ...interfaceKeys,
        image: images.image.optional(),
        env: env.optional(),
        secrets: secrets.optional(),
        resources: resources.optional(),
        ...scalingKeys,
        startupTimeout: duration.optional().meta({
          ...durationMeta,
          description: 'Time within which it must become healthy.',
          default: '60s',
        }),
        timeouts: z
          .strictObject({
            firstByte: duration.optional().meta({
              ...durationMeta,
              description: 'How long it may take until it begins to answer.',
            }),
            silence: duration.optional().meta({
              ...durationMeta,
              description:
                'How long it may be silent while it answers, such as between two tokens of a stream.',
            }),
          })
          .optional()
          .meta({
            description:
              'How long callers wait; each is as the portal says by default.',
          }),
      })
      .optional()
      .meta({ description: 'How a version of the model is served.' }),
    deploy: z
      .strictObject({
        path: z
          .array(name)
          .min(1)
          .max(MAX_ENTRIES)
          .meta({
            description:
              'Environments of the portal, in the order in which a version passes them.',
            examples: [['staging', 'production']],
          }),
        automatic: z.array(name).max(MAX_ENTRIES).optional().meta({
          description:
            'Environments of the path that each new version is deployed to without asking.',
          default: [],
        }),
      })
      .optional()
      .meta({ description: 'Where versions go.' }),
    promote: promoteKey,
  })
  .meta({
    title: 'Model pipeline',
    description: 'Pipeline of a model repository (model-pipeline.yaml).',
  });

/** The file as it was written, once the shape is right. */
export type PipelineFile = z.infer<typeof pipelineFileSchema>;
