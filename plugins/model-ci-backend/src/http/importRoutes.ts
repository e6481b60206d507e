import type { Router } from 'express';
import { z } from 'zod';
import {
  IMPORT_KINDS,
  importPipeline,
  MAX_IMPORT_LENGTH,
} from '@model-ci/backstage-plugin-model-ci-common';
import { readRequest } from '@model-ci/backstage-plugin-model-ci-node';
import type { RouteContext } from './context';

/** Longer than any path of a file. */
const MAX_NAME = 500;

const request = {
  body: z.strictObject({
    text: z.string().min(1).max(MAX_IMPORT_LENGTH),
    name: z.string().max(MAX_NAME).optional(),
    kind: z.enum(IMPORT_KINDS).optional(),
  }),
};

/** Definitions made from the files of other systems. Nothing is stored. */
export function addImportRoutes(router: Router, { access }: RouteContext) {
  router.post('/import', async (req, res) => {
    // Whoever may read pipelines may have one made.
    await access.readableOwners(await access.authenticate(req));
    const { body } = readRequest(req, request);
    res.json(importPipeline(body));
  });
}
