import { z } from 'zod';

const terminatedSchema = z.looseObject({
  exitCode: z.number(),
  reason: z.string().optional(),
  message: z.string().optional(),
  finishedAt: z.string().nullish(),
});

const containerStatusSchema = z.looseObject({
  name: z.string(),
  imageID: z.string().default(''),
  image: z.string().default(''),
  state: z
    .looseObject({
      waiting: z
        .looseObject({
          reason: z.string().optional(),
          message: z.string().optional(),
        })
        .optional(),
      running: z.looseObject({ startedAt: z.string().nullish() }).optional(),
      terminated: terminatedSchema.optional(),
    })
    .default({}),
});

const conditionSchema = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
  lastTransitionTime: z.string().nullish(),
});

/** What is read of a pod. Phases and reasons that are unknown are kept as they are. */
export const podSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string().optional(),
    creationTimestamp: z.string().nullish(),
    deletionTimestamp: z.string().optional(),
    deletionGracePeriodSeconds: z.number().optional(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  spec: z
    .looseObject({
      nodeName: z.string().optional(),
      schedulingGates: z.array(z.looseObject({ name: z.string() })).default([]),
    })
    .prefault({}),
  status: z
    .looseObject({
      phase: z.string().default(''),
      reason: z.string().optional(),
      message: z.string().optional(),
      conditions: z.array(conditionSchema).default([]),
      containerStatuses: z.array(containerStatusSchema).default([]),
    })
    .prefault({}),
});

export type Pod = z.infer<typeof podSchema>;
export type ContainerStatus = z.infer<typeof containerStatusSchema>;

export const STAGE = 'stage';
export const SIDECAR = 'sidecar';

export function containerOf(
  pod: Pod,
  name: typeof STAGE | typeof SIDECAR,
): ContainerStatus | undefined {
  return pod.status.containerStatuses.find(status => status.name === name);
}

/** Whether the stage runs, or could still be started, as far as is known. */
export function stageMayRun(pod: Pod): boolean {
  const state = containerOf(pod, STAGE)?.state;
  const isOver = ['Failed', 'Succeeded'].includes(pod.status.phase);
  return isOver
    ? state?.running !== undefined
    : state?.terminated === undefined;
}

/**
 * Whether the kubelet has seen the ends of all containers, and starts none any more. A pod that is over may have some that
 * still run, and one whose containers were removed shows them as waiting.
 */
export function nothingRuns({ status }: Pod): boolean {
  const { containerStatuses: statuses, phase } = status;
  const isOver = ['Failed', 'Succeeded'].includes(phase);
  return (
    statuses.length > 0 &&
    statuses.every(({ state }) =>
      isOver ? !state.running : state.terminated !== undefined,
    )
  );
}
