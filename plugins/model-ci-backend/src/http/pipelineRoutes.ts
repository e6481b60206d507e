import type { Router } from 'express';
import { z } from 'zod';
import { readRequest } from '@model-ci/backstage-plugin-model-ci-node';
import { audited } from './audited';
import type { RouteContext } from './context';
import {
  commentSchema,
  pageShape,
  pipelineFilterShape,
  pipelinePathShape,
  statusesSchema,
  toPipelineRef,
} from './validation';

const listQuery = z.strictObject({
  ...pageShape,
  status: statusesSchema,
  ...pipelineFilterShape,
  sort: z.enum(['title', 'lastRun']).optional(),
});
const pipelinePath = z.object(pipelinePathShape);
const takeoverBody = z.strictObject({
  reason: commentSchema.refine(reason => reason.trim() !== '', {
    error: 'must say why',
  }),
});

/** Reading pipelines, and giving the history of a name to another source. */
export function addPipelineRoutes(router: Router, context: RouteContext) {
  const { access, auditor, pipelines } = context;

  router.get('/pipelines', async (req, res) => {
    const credentials = await access.authenticate(req);
    const { query } = readRequest(req, { query: listQuery });
    res.json(
      await pipelines.list({
        ownerRefs: await access.listedOwners(credentials, query.owner),
        statuses: query.status,
        q: query.q,
        sort: query.sort,
        cursor: query.cursor,
        limit: query.limit,
      }),
    );
  });

  router.get('/pipelines/:namespace/:name', async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path } = readRequest(req, { path: pipelinePath });
    const ref = toPipelineRef(path);
    await access.demand(credentials, ref);
    res.json(await pipelines.get(ref));
  });

  router.post('/pipelines/:namespace/:name/takeover', async (req, res) => {
    const credentials = await access.authenticate(req);
    const pipeline = await audited(
      auditor,
      { id: 'pipeline-takeover', request: req },
      async note => {
        const { path, body } = readRequest(req, {
          path: pipelinePath,
          body: takeoverBody,
        });
        const pipelineRef = toPipelineRef(path);
        const { reason } = body;
        note({ pipelineRef, reason });
        await access.demandAdministration(credentials);
        return await pipelines.takeOver(pipelineRef, {
          by: access.nameOf(credentials),
          reason,
        });
      },
    );
    res.json(pipeline);
  });
}
