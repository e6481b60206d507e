import type { RunPullRequest } from '@model-ci/backstage-plugin-model-ci-common';
import { z } from 'zod';

const storedSchema = z.object({
  number: z.number(),
  url: z.string(),
  title: z.string().optional(),
  author: z.string().optional(),
  sourceBranch: z.string(),
  targetBranch: z.string(),
});

/** The text of `runs.pull_request`. */
export function parsePullRequest(text: string): RunPullRequest {
  return storedSchema.parse(JSON.parse(text));
}
