import { z } from 'zod';
import { DEFAULT_SCALE_CPU } from '../defaults';

/** More than one model needs, and few enough for a slip of the keyboard not to fill a cluster. */
const MAX_REPLICAS = 100;

const count = z.int().min(1).max(MAX_REPLICAS);

/** How many of a service there are; together or alone on executors that can. */
export const scalingKeys = {
  replicas: count.optional().meta({
    description:
      'How many of it run side by side. More than one takes an executor that can, such as kubernetes.',
    default: 1,
  }),
  autoscale: z
    .strictObject({
      min: count.optional().meta({ description: 'At least.', default: 1 }),
      max: count.meta({ description: 'At most.', examples: [4] }),
      cpu: z.int().min(1).max(100).optional().meta({
        description:
          'Percent of resources.cpus that each is to use on average.',
        default: DEFAULT_SCALE_CPU,
      }),
    })
    .optional()
    .meta({
      description:
        'Lets the cluster decide how many run side by side, by their use of CPU. Instead of replicas.',
    }),
};
