import { z } from 'zod';
import { ruleText } from '../ruleText';
import { MAX_ENTRIES } from './limits';
import { refPattern } from './refPattern';
import { scheduleKey, storedSchedule } from './schedule';

/** Together they are as much as the paths of a large change can be compared with at once. */
const MAX_PATHS = 20;
const MAX_PATH = 100;

export const refPatterns = z.array(refPattern).min(1).max(MAX_ENTRIES);

const pathPattern = z
  .string()
  .max(MAX_PATH)
  .refine(
    value =>
      // eslint-disable-next-line no-control-regex
      !/[\x00-\x1f\x7f\\]|\/\/|^$|^\/$/.test(value) &&
      !value.replace(/^\.\//, '').split('/').some(isDots),
    { error: ruleText('definition.pathPattern') },
  );

const branches = refPatterns.meta({
  description:
    'Branches, or patterns: * stands for anything but /, ** for anything, ? for one character.',
  examples: [['main', 'release/*']],
});

/** Patterns of files, for `changedPathsMatch`. */
export const pathPatterns = z.array(pathPattern).min(1).max(MAX_PATHS);

const paths = pathPatterns.optional().meta({
  description:
    'Only changes of these files: patterns relative to this file, or with a leading / to the root of the repository. A change whose files are not known counts.',
  examples: [['**', '/shared/features/**']],
});

/** What starts runs. */
export const createTriggers = (name: z.ZodType<string, string>) =>
  z.strictObject({
    push: z
      .strictObject({
        branches: branches.optional(),
        tags: refPatterns.optional().meta({
          description: 'Tags, or patterns as for branches.',
          examples: [['v*']],
        }),
        paths,
      })
      .refine(push => push.branches !== undefined || push.tags !== undefined, {
        error: ruleText('definition.pushOfNothing'),
      })
      .optional()
      .meta({
        description:
          'Start a run at each push to these branches, or of these tags.',
      }),
    pullRequest: z
      .strictObject({
        branches: branches.optional().meta({
          description:
            'Branches that the request is to be merged into; any branch if absent.',
          examples: [['main']],
        }),
        paths,
      })
      .optional()
      .meta({
        description:
          'Start a run when a pull or merge request is opened and each time it is updated.',
      }),
    schedule: scheduleKey(name),
  });

/** As runs keep them. */
export const storedTriggers = z
  .object({
    push: z
      .object({
        branches: z.array(z.string()).default([]),
        tags: z.array(z.string()).optional(),
        paths: z.array(z.string()).optional(),
      })
      .optional(),
    pullRequest: z
      .object({
        branches: z.array(z.string()).default(['**']),
        paths: z.array(z.string()).optional(),
      })
      .optional(),
    schedule: z.record(z.string(), storedSchedule).optional(),
  })
  .default({});

/** Says what may be left out. */
export function normalizeTriggers(
  written: z.output<ReturnType<typeof createTriggers>> | undefined,
): z.output<typeof storedTriggers> {
  return storedTriggers.parse(JSON.parse(JSON.stringify(written ?? {})));
}

function isDots(segment: string): boolean {
  return segment === '.' || segment === '..';
}
