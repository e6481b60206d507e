import type { Router } from 'express';
import { z } from 'zod';
import { pipelineRunPermission } from '@model-ci/backstage-plugin-model-ci-common';
import { readRequest } from '@model-ci/backstage-plugin-model-ci-node';
import { audited } from './audited';
import type { RouteContext } from './context';
import {
  idSchema,
  pageShape,
  pipelinePathShape,
  toPipelineRef,
} from './validation';

const listQuery = z.strictObject(pageShape);
const pipelinePath = z.object(pipelinePathShape);
const deliveryPath = z.object({ ...pipelinePathShape, deliveryId: idSchema });

/** What code hosts announced, and why it started runs or none. */
export function addDeliveryRoutes(router: Router, context: RouteContext) {
  const { access, auditor, deliveries } = context;

  router.get('/pipelines/:namespace/:name/deliveries', async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path, query } = readRequest(req, {
      path: pipelinePath,
      query: listQuery,
    });
    const pipelineRef = toPipelineRef(path);
    await access.demand(credentials, pipelineRef);
    res.json(await deliveries.list({ pipelineRef, ...query }));
  });

  router.post(
    '/pipelines/:namespace/:name/deliveries/:deliveryId/start',
    async (req, res) => {
      const credentials = await access.authenticate(req);
      const delivery = await audited(
        auditor,
        { id: 'delivery-start', request: req },
        async note => {
          const { path } = readRequest(req, { path: deliveryPath });
          const pipelineRef = toPipelineRef(path);
          const { deliveryId: id } = path;
          note({ pipelineRef, deliveryId: id });
          await access.demand(credentials, pipelineRef, pipelineRunPermission);
          const by = access.nameOf(credentials);
          return await deliveries.agree({ id, pipelineRef, by });
        },
      );
      res.status(201).json(delivery);
    },
  );
}
