import { z } from 'zod';
import { pathPatterns, refPatterns } from './triggers';

/** Whether a stage runs. All that it says has to hold. */
export const when = z
  .strictObject({
    branches: refPatterns.optional().meta({
      description:
        'Only in runs of these branches; patterns as in triggers.push.branches.',
      examples: [['main', 'release/*']],
    }),
    paths: pathPatterns.optional().meta({
      description:
        'Only if the change touches these files; patterns relative to this file, or with a leading / to the root of the repository. A change whose files are not known counts.',
      examples: [['model/**']],
    }),
    needs: z.enum(['succeeded', 'failed', 'always']).optional().meta({
      description:
        'What must have become of the stages that this one needs: succeeded, failed (at least one of them, or of those that they need), or always, whatever came of them.',
      default: 'succeeded',
    }),
  })
  .meta({
    description: 'Whether the stage runs; otherwise it is skipped.',
    examples: [{ branches: ['main'] }],
  });

/** As runs keep it. */
export const storedWhen = z.object({
  branches: z.array(z.string()).optional(),
  paths: z.array(z.string()).optional(),
  needs: z.enum(['succeeded', 'failed', 'always']).optional(),
});

export type StageCondition = z.output<typeof storedWhen>;
