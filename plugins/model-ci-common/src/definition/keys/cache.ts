import { z } from 'zod';
import { ruleText } from '../ruleText';
import { path } from './paths';

/** Of one stage. */
export const MAX_CACHES = 8;
const MAX_KEY_PATHS = 16;

/** What a stage keeps between runs, by name. */
export const cacheKey = (name: z.ZodString) =>
  z
    .record(
      name,
      z.strictObject({
        path: path.meta({
          description: 'File or folder of the workspace that is kept.',
          examples: ['.cache/wheels'],
        }),
        key: z
          .array(path)
          .min(1)
          .max(MAX_KEY_PATHS)
          .meta({
            description:
              'Files or folders of the source. As long as none of them changes, what was kept is not kept anew.',
            examples: [['requirements.lock']],
          }),
      }),
    )
    .refine(value => Object.keys(value).length <= MAX_CACHES, {
      error: ruleText('definition.tooManyEntries', { max: MAX_CACHES }),
    })
    .meta({
      description:
        'What is kept between runs to save time, such as downloaded packages. A stage must also work without it.',
      examples: [
        { wheels: { path: '.cache/wheels', key: ['requirements.lock'] } },
      ],
    });

/** As runs keep it. */
export const storedCache = z
  .record(
    z.string(),
    z.object({
      path: z.string(),
      key: z.array(z.string()),
      /** Of the contents of what `key` names, at the run's commit. */
      digest: z.string().optional(),
    }),
  )
  .optional();
