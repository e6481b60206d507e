import type { Router } from 'express';
import { z } from 'zod';
import {
  MAX_REASON_LENGTH,
  pipelineCancelPermission,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  readRequest,
  textSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import { audited } from './audited';
import type { RouteContext } from './context';
import { idSchema } from './validation';

const request = {
  path: z.object({ attemptId: idSchema }),
  body: z.strictObject({ reason: textSchema(MAX_REASON_LENGTH) }),
};

/** Ending attempts that do not end by themselves. */
export function addAttemptRoutes(router: Router, context: RouteContext) {
  const { access, auditor, runs } = context;

  router.post('/attempts/:attemptId/give-up', async (req, res) => {
    const credentials = await access.authenticate(req);
    const run = await audited(
      auditor,
      { id: 'attempt-give-up', request: req },
      async note => {
        const { path, body } = readRequest(req, request);
        const { attemptId } = path;
        note({ attemptId, ...body });
        const runId = await access.demandAttempt(credentials, attemptId, {
          permission: pipelineCancelPermission,
          note,
        });
        const by = access.nameOf(credentials);
        return await runs.giveUp(runId, attemptId, { by, ...body });
      },
    );
    res.json(run);
  });

  router.post('/attempts/:attemptId/declare-lost', async (req, res) => {
    const credentials = await access.authenticate(req);
    const run = await audited(
      auditor,
      { id: 'attempt-declare-lost', request: req },
      async note => {
        const { path, body } = readRequest(req, request);
        const { attemptId } = path;
        note({ attemptId, ...body });
        await access.demandAttempt(credentials, attemptId, { note });
        await access.demandAdministration(credentials);
        const by = access.nameOf(credentials);
        return await runs.declareLost(attemptId, { by, ...body });
      },
    );
    res.json(run);
  });
}
