import { z } from 'zod';

const terminatedSchema = z.looseObject({
  exitCode: z.number(),
  reason: z.string().optional(),
  message: z.string().optional(),
  finishedAt: z.string().nullish(),
});

const stateSchema = z.looseObject({
  waiting: z
    .looseObject({
      reason: z.string().optional(),
      message: z.string().optional(),
    })
    .optional(),
  running: z.looseObject({ startedAt: z.string().nullish() }).optional(),
  terminated: terminatedSchema.optional(),
});

const containerSchema = z.looseObject({
  name: z.string(),
  ready: z.boolean().default(false),
  restartCount: z.number().default(0),
  state: stateSchema.default({}),
  lastState: stateSchema.default({}),
});

const conditionSchema = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
});

const conditions = z.array(conditionSchema).default([]);
const containers = z.array(containerSchema).default([]);

/** What is read of a pod of a service. */
export const servicePodSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    uid: z.string(),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.looseObject({ nodeName: z.string().optional() }).prefault({}),
  status: z
    .looseObject({
      phase: z.string().default(''),
      startTime: z.string().nullish(),
      conditions,
      initContainerStatuses: containers,
      containerStatuses: containers,
    })
    .prefault({}),
});

export const podListSchema = z.looseObject({
  items: z.array(servicePodSchema).nullish(),
});

export const deploymentSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    uid: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
    deletionTimestamp: z.string().optional(),
    /** Who has set which fields. */
    managedFields: z
      .array(
        z.looseObject({
          manager: z.string().default(''),
          time: z.string().default(''),
          fieldsV1: z
            .looseObject({ 'f:spec': z.looseObject({}).optional() })
            .default({}),
        }),
      )
      .default([]),
  }),
  spec: z.looseObject({ replicas: z.number().default(1) }).prefault({}),
  status: z.looseObject({ conditions }).prefault({}),
});

export type ServicePod = z.infer<typeof servicePodSchema>;
export type ServiceContainer = z.infer<typeof containerSchema>;
export type ServiceDeployment = z.infer<typeof deploymentSchema>;
