import type { Router } from 'express';
import { z } from 'zod';
import {
  readRequest,
  textSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { RouteContext } from './context';
import {
  listSchema,
  pageShape,
  pipelinePathShape,
  statusesSchema,
  toPipelineRef,
} from './validation';

const listQuery = z.strictObject({
  ...pageShape,
  status: statusesSchema,
  owner: listSchema(textSchema(255)).optional(),
  q: textSchema(200).optional(),
});
const pipelinePath = z.object(pipelinePathShape);

/** `GET /pipelines` and `GET /pipelines/:namespace/:name` */
export function addPipelineRoutes(router: Router, context: RouteContext) {
  const { access, pipelines } = context;

  router.get('/pipelines', async (req, res) => {
    const credentials = await access.authenticate(req);
    const { query } = readRequest(req, { query: listQuery });
    const readable = await access.readableOwners(credentials);
    const wanted = query.owner?.map(owner => owner.toLocaleLowerCase('en-US'));
    res.json(
      await pipelines.list({
        ownerRefs:
          readable && wanted
            ? wanted.filter(owner => readable.includes(owner))
            : readable ?? wanted,
        statuses: query.status,
        q: query.q,
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
}
