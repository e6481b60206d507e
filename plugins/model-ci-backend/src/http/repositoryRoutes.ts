import type { Router } from 'express';
import { z } from 'zod';
import { catalogLocationAnalyzePermission } from '@backstage/plugin-catalog-common/alpha';
import {
  readRequest,
  textSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { RouteContext } from './context';

const request = {
  body: z.strictObject({ url: z.string().trim().pipe(textSchema(2_000)) }),
};

/** What repositories have that can be registered. Nothing is stored. */
export function addRepositoryRoutes(router: Router, context: RouteContext) {
  const { access, repositories } = context;
  router.post('/repositories/analyze', async (req, res) => {
    const credentials = await access.authenticate(req);
    // As for the analysis of the catalog, which reads with the same credentials.
    await access.demandBasic(credentials, catalogLocationAnalyzePermission);
    const { body } = readRequest(req, request);
    res.json(await repositories.analyze(body.url, credentials));
  });
}
