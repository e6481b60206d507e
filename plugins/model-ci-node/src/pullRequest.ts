import { z } from 'zod';

/**
 * Topic of the events service on which the embedded git host announces what happens to pull requests. As pushes are, an
 * event is announced again under the same id until somebody acknowledges it with `acknowledgePush`.
 */
export const PULL_REQUEST_TOPIC = 'model-ci.pull-request';

export const pullRequestEventSchema = z.object({
  /** Unique per event; however often it is announced, it has this id. */
  id: z.string(),
  /** URL prefix of everything that is read from the repository, ending in `/`. */
  repositoryUrl: z.string(),
  defaultBranch: z.string(),
  /** `updated`: its source branch moved. */
  event: z.enum(['opened', 'reopened', 'updated', 'closed', 'merged']),
  number: z.int().positive(),
  title: z.string(),
  /** Page of the request. */
  url: z.string(),
  sourceBranch: z.string(),
  targetBranch: z.string(),
  /** Commit that the source branch points at. */
  head: z.string(),
  /** Entity ref of who opened it. */
  author: z.string(),
  /** Entity ref of who did this. */
  by: z.string(),
  at: z.string(),
  /** What asks for no run: the message of the head, or an option of the push. */
  skip: z.enum(['message', 'option']).optional(),
  /** Files that differ from the target, relative to the root of the repository; absent where they are not known. */
  changedPaths: z.array(z.string()).optional(),
});

/** Something happened to a pull request of the embedded git host. */
export type PullRequestEvent = z.infer<typeof pullRequestEventSchema>;
