import { z } from 'zod';

/** One step of a branch that subscribers have to hear of. */
export const branchMoveSchema = z.object({
  branch: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
  pushedBy: z.string(),
  /** Set where whoever pushed asked for no run. */
  skip: z.literal('option').optional(),
});
export type BranchMove = z.infer<typeof branchMoveSchema>;

/** What happened to a pull request. */
export const requestEventSchema = z.object({
  request: z.object({
    event: z.enum(['opened', 'reopened', 'updated', 'closed', 'merged']),
    number: z.number(),
    title: z.string(),
    sourceBranch: z.string(),
    targetBranch: z.string(),
    targetHead: z.string(),
    author: z.string(),
    by: z.string(),
    at: z.string(),
  }),
  /** Its newest commit. */
  after: z.string(),
  skip: z.literal('option').optional(),
});
export type RequestEvent = z.infer<typeof requestEventSchema>;

export const eventSchema = z.union([requestEventSchema, branchMoveSchema]);
