import type { Request, Router } from 'express';
import { z } from 'zod';
import { pipelineRunPermission } from '@model-ci/backstage-plugin-model-ci-common';
import { readRequest } from '@model-ci/backstage-plugin-model-ci-node';
import { audited } from './audited';
import type { RouteContext } from './context';
import { pipelinePathShape, toPipelineRef } from './validation';

const pipelinePath = z.object(pipelinePathShape);

/** What starts runs of a pipeline at times. */
export function addScheduleRoutes(router: Router, context: RouteContext) {
  const { access, schedules } = context;

  router.get('/pipelines/:namespace/:name/schedules', async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path } = readRequest(req, { path: pipelinePath });
    const pipelineRef = toPipelineRef(path);
    await access.demand(credentials, pipelineRef);
    res.json(await schedules.list(pipelineRef));
  });

  router.post(
    '/pipelines/:namespace/:name/schedules/pause',
    async (req, res) => {
      res.json(
        await change(context, req, 'schedules-pause', (pipelineRef, by) =>
          schedules.pause(pipelineRef, by),
        ),
      );
    },
  );

  router.post(
    '/pipelines/:namespace/:name/schedules/resume',
    async (req, res) => {
      res.json(
        await change(context, req, 'schedules-resume', pipelineRef =>
          schedules.resume(pipelineRef),
        ),
      );
    },
  );
}

/** Whoever may start runs decides whether they start by themselves. */
async function change<T>(
  { access, auditor }: RouteContext,
  request: Request,
  id: 'schedules-pause' | 'schedules-resume',
  work: (pipelineRef: string, by: string) => Promise<T>,
): Promise<T> {
  const credentials = await access.authenticate(request);
  return await audited(auditor, { id, request }, async note => {
    const { path } = readRequest(request, { path: pipelinePath });
    const pipelineRef = toPipelineRef(path);
    note({ pipelineRef });
    await access.demand(credentials, pipelineRef, pipelineRunPermission);
    return await work(pipelineRef, access.nameOf(credentials));
  });
}
