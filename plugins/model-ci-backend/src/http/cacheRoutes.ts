import type { Router } from 'express';
import { z } from 'zod';
import {
  pipelineReadPermission,
  pipelineRunPermission,
} from '@model-ci/backstage-plugin-model-ci-common';
import { readRequest } from '@model-ci/backstage-plugin-model-ci-node';
import { deleteCaches } from '../database/operations/caches/deleteCaches';
import { listCaches } from '../database/operations/caches/listCaches';
import { audited } from './audited';
import type { RouteContext } from './context';
import { pipelinePathShape, toPipelineRef } from './validation';

const pipelinePath = z.object(pipelinePathShape);

/** What the stages of a pipeline keep between runs. */
export function addCacheRoutes(router: Router, context: RouteContext) {
  const { access, auditor, db } = context;
  const route = '/pipelines/:namespace/:name/caches';

  router.get(route, async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path } = readRequest(req, { path: pipelinePath });
    const pipelineRef = toPipelineRef(path);
    await access.demand(credentials, pipelineRef, pipelineReadPermission);
    res.json({ items: await listCaches(db, { pipelineRef }) });
  });

  router.delete(route, async (req, res) => {
    const credentials = await access.authenticate(req);
    await audited(auditor, { id: 'caches-clear', request: req }, async note => {
      const { path } = readRequest(req, { path: pipelinePath });
      const pipelineRef = toPipelineRef(path);
      note({ pipelineRef });
      await access.demand(credentials, pipelineRef, pipelineRunPermission);
      note({ count: await deleteCaches(db, { pipelineRef }) });
    });
    res.status(204).end();
  });
}
