import type { Router } from 'express';
import { z } from 'zod';
import { catalogLocationAnalyzePermission } from '@backstage/plugin-catalog-common/alpha';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import {
  readRequest,
  textSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import { Slots } from '../limits/Slots';
import { TooManyRequestsError } from '../limits/TooManyRequestsError';
import type { Access } from './Access';
import type { RouteContext } from './context';

const request = {
  body: z.strictObject({ url: z.string().trim().pipe(textSchema(2_000)) }),
};

/** Of one user, or of one plugin for all its users; each goes on, and takes a turn, when nobody waits for its answer any more. */
const MAX_ANALYSES = 4;

/** What repositories have that can be registered. Nothing is stored. */
export function addRepositoryRoutes(
  router: Router,
  {
    access,
    repositories,
  }: {
    access: Pick<Access, 'authenticate' | 'demandBasic' | 'nameOf'>;
    repositories: Pick<RouteContext['repositories'], 'analyze'>;
  },
) {
  const analyses = new Slots(MAX_ANALYSES);
  router.post('/repositories/analyze', async (req, res) => {
    const credentials = await access.authenticate(req);
    // As for the analysis of the catalog, which reads with the same credentials.
    await access.demandBasic(credentials, catalogLocationAnalyzePermission);
    const { body } = readRequest(req, request);
    const giveBack = analyses.take(access.nameOf(credentials));
    if (!giveBack) {
      throw new TooManyRequestsError(
        reason('repository.busy', { max: MAX_ANALYSES }),
        1,
      );
    }
    try {
      res.json(await repositories.analyze(body.url, credentials));
    } finally {
      giveBack();
    }
  });
}
