import { z } from 'zod';

/** What becomes of several runs of one branch or pull request at a time. */
export const concurrency = z.enum(['cancel-superseded', 'one-at-a-time']).meta({
  description:
    'cancel-superseded: a run cancels the earlier ones of its branch or pull request when it starts. one-at-a-time: it waits for them. Without it, they run side by side.',
  examples: ['cancel-superseded'],
});
