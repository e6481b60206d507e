import { z } from 'zod';
import { explainBadPath } from '../paths';
import { ruleText } from '../ruleText';
import { MAX_ENTRIES } from './limits';
import { path } from './paths';

/** As registries take it. */
const TAG_PATTERN = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** A folder, which may be the whole workspace. */
const folder = z.string().superRefine((value, context) => {
  const bad = /^\.\/?$/.test(value) ? undefined : explainBadPath(value);
  if (bad) {
    context.addIssue({
      code: 'custom',
      message: ruleText('definition.valueIs', {
        value: JSON.stringify(value.slice(0, 100)),
        problem: bad,
      }),
    });
  }
});

/** The keys about images that a stage builds, and about running them. */
export function imageKeys(parts: {
  name: z.ZodType<string, string>;
  image: z.ZodType<string, string>;
  argument: z.ZodType<string, string>;
  value: z.ZodType<string, string>;
}) {
  const { name, image, argument, value } = parts;
  return {
    /** A name, or the image that a stage of the same run has built. */
    image: z
      .union(
        [
          image,
          z.strictObject({
            stage: name.meta({
              description: 'Stage that builds the image; it must be needed.',
              examples: ['package'],
            }),
          }),
        ],
        { error: ruleText('definition.mustBeImage') },
      )
      .meta({
        description:
          'Container image, or the stage that builds it. Executors without containers ignore it.',
        examples: ['python:3.11', { stage: 'package' }],
      }),
    imageBuild: z
      .strictObject({
        context: folder.optional().meta({
          description:
            'Folder of the workspace that the Dockerfile sees, without what its .dockerignore names.',
          default: '.',
        }),
        dockerfile: path.optional().meta({
          description: 'Path of the Dockerfile in the context.',
          default: 'Dockerfile',
        }),
        args: z
          .record(argument, value)
          .refine(args => Object.keys(args).length <= MAX_ENTRIES, {
            error: ruleText('definition.tooManyEntries', { max: MAX_ENTRIES }),
          })
          .optional()
          .meta({
            description:
              'Build arguments (ARG). They can be read in the image: no secrets.',
            examples: [{ PYTHON: '3.11' }],
          }),
        tag: z
          .string()
          .regex(TAG_PATTERN, { error: ruleText('definition.imageTag') })
          .optional()
          .meta({
            description:
              'Tag that the image is given as well, for people; it runs by digest.',
            examples: ['latest'],
          }),
      })
      .meta({
        description:
          'Builds a container image in place of commands. Later stages and serving run it by image: {stage: …}.',
        examples: [{ context: '.', dockerfile: 'Dockerfile' }],
      }),
  };
}
