import type { RequestHandler, Router } from 'express';
import { z } from 'zod';
import { endpointInvokePermission } from '@model-ci/backstage-plugin-model-ci-common';
import { parseInput } from '@model-ci/backstage-plugin-model-ci-node';
import { takeSlot } from '../limits/takeSlot';
import type { RouteContext } from './context';
import {
  environmentSchema,
  pipelinePathShape,
  toPipelineRef,
} from './validation';

const endpointPath = z.object({
  environment: environmentSchema,
  ...pipelinePathShape,
});

/** `/endpoints/:environment/:namespace/:name/…`: whoever may invoke the pipeline's endpoint reaches what serves. */
export function addEndpointRoutes(
  router: Router,
  context: RouteContext,
  endpointProxy: RequestHandler,
) {
  const { access } = context;
  router.use('/endpoints/:environment/:namespace/:name', async (req, res) => {
    const credentials = await access.authenticate(req);
    await access.demandOnly(
      credentials,
      toPipelineRef(parseInput(endpointPath, req.params, 'path')),
      endpointInvokePermission,
    );
    takeSlot(context.slots.predictions, access.nameOf(credentials), res, {
      what: 'open.predictions',
      key: 'modelCi.limits.user.predictions',
    });
    return 'next';
  });
  router.use('/endpoints/:environment/:namespace/:name', endpointProxy);
}
