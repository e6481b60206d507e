import { z } from 'zod';

/** The parameter by which a build is found. */
export const ATTEMPT = 'MODEL_CI_ATTEMPT';
export const LABEL = 'MODEL_CI_LABEL';
export const PLAN = 'MODEL_CI_PLAN';
export const PARAMETERS = [ATTEMPT, LABEL, PLAN] as const;

/** `{}` stands in the list for every action that has nothing of what was asked for. */
const actionsSchema = z
  .array(
    z
      .object({
        parameters: z
          .array(z.object({ name: z.string(), value: z.unknown().optional() }))
          .optional(),
      })
      .nullable(),
  )
  .nullish()
  .transform(actions => {
    const all = (actions ?? []).flatMap(action => action?.parameters ?? []);
    const value = all.find(({ name }) => name === ATTEMPT)?.value;
    return typeof value === 'string' ? value : undefined;
  });

export const queueItemSchema = z
  .object({
    id: z.number(),
    why: z.string().nullish(),
    cancelled: z.boolean().nullish(),
    executable: z.object({ number: z.number() }).nullish(),
    task: z.object({ url: z.string().nullish() }).nullish(),
    actions: actionsSchema,
  })
  .transform(({ actions, ...item }) => ({ ...item, attemptId: actions }));

export type QueueItem = z.infer<typeof queueItemSchema>;

export const buildSchema = z
  .object({
    number: z.number(),
    building: z.boolean(),
    result: z.string().nullish(),
    description: z.string().nullish(),
    displayName: z.string().nullish(),
    actions: actionsSchema,
  })
  .transform(({ actions, ...build }) => ({ ...build, attemptId: actions }));

export type Build = z.infer<typeof buildSchema>;

const BUILD_TREE =
  'number,building,result,description,displayName,actions[parameters[name,value]]';
const ITEM_TREE =
  'id,why,cancelled,executable[number],task[url],actions[parameters[name,value]]';

export const QUERIES = {
  build: { tree: BUILD_TREE },
  item: { tree: ITEM_TREE },
  queue: { tree: `items[${ITEM_TREE}]` },
  builds: (from: number, to: number) => ({
    tree: `allBuilds[${BUILD_TREE}]{${from},${to}}`,
  }),
  job: {
    tree: 'buildable,property[parameterDefinitions[name]]',
  },
};

/** Of a list, what is understood; the rest is unknown, and ends nothing. */
export const queueSchema = z.object({ items: z.array(z.unknown()) });
export const buildListSchema = z.object({ allBuilds: z.array(z.unknown()) });

export const jobSchema = z.object({
  buildable: z.boolean().nullish(),
  property: z
    .array(
      z
        .object({
          parameterDefinitions: z
            .array(z.object({ name: z.string() }))
            .optional(),
        })
        .nullable(),
    )
    .nullish(),
});

export const computersSchema = z.object({
  computer: z.array(
    z.object({
      displayName: z.string(),
      offline: z.boolean(),
      offlineCauseReason: z.string().nullish(),
    }),
  ),
});

export const labelSchema = z.object({
  nodes: z.array(z.object({ nodeName: z.string() })),
  busyExecutors: z.number(),
  totalExecutors: z.number(),
});
