import { z } from 'zod';

/** Topic of the events service on which code hosts announce pushes. */
export const PUSH_TOPIC = 'model-ci.push';

export const pushEventSchema = z.object({
  /** Unique per delivery; the same push is announced under one id. */
  id: z.string(),
  /** URL prefix of everything that is read from the repository, ending in `/`. */
  repositoryUrl: z.string(),
  branch: z.string(),
  defaultBranch: z.string(),
  /** Commit that the branch pointed at; absent for a new branch. */
  before: z.string().optional(),
  /** Commit that the branch points at now; absent for a deleted branch. */
  after: z.string().optional(),
  /** Subject of the commit that the branch points at now, where the code host tells it. */
  message: z.string().optional(),
  /** Entity ref of who pushed. */
  pushedBy: z.string(),
});

/** A branch of a repository moved. */
export type PushEvent = z.infer<typeof pushEventSchema>;
