import type { Router } from 'express';
import { z } from 'zod';
import {
  type MergeCheck,
  pipelineReadPermission,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  countSchema,
  readRequest,
  textSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { RouteContext } from './context';

const query = z.strictObject({
  repositoryUrl: textSchema(2_000),
  number: countSchema(1, 1_000_000_000),
  commit: z
    .string()
    .regex(
      /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/,
      'must be the full id of a commit',
    ),
});

/** What git hosts ask before they merge. */
export function addMergeCheckRoutes(router: Router, context: RouteContext) {
  const { access, mergeChecks } = context;
  router.get('/merge-checks', async (req, res) => {
    const credentials = await access.authenticate(req);
    const read = readRequest(req, { query });
    const items: MergeCheck[] = [];
    for (const check of await mergeChecks.list(read.query)) {
      // Others are not named to whom they do not concern; the git host itself may read all.
      if (
        await access.allows(
          credentials,
          check.pipelineRef,
          pipelineReadPermission,
        )
      ) {
        items.push(check);
      }
    }
    res.json({ items });
  });
}
