import type { Router } from 'express';
import { z } from 'zod';
import { pipelineDefinitionJsonSchema } from '@model-ci/backstage-plugin-model-ci-common';
import { readRequest } from '@model-ci/backstage-plugin-model-ci-node';
import type { RouteContext } from './context';
import { pageShape } from './validation';

const pageQuery = z.strictObject(pageShape);

/** Environments, the queue, and the schema of definitions. */
export function addPlatformRoutes(router: Router, context: RouteContext) {
  const { access, deployments, runs } = context;

  router.get('/environments', async (req, res) => {
    // Names and titles from the configuration, which every form for a deployment needs.
    await access.authenticate(req);
    readRequest(req, {});
    res.json({ items: await deployments.environments() });
  });

  router.get('/queue', async (req, res) => {
    await access.demandAdministration(await access.authenticate(req));
    const { query } = readRequest(req, { query: pageQuery });
    res.json(await runs.queue(query));
  });

  router.get('/schema/model-pipeline.json', async (req, res) => {
    readRequest(req, {});
    res
      .type('application/schema+json')
      .set('Cache-Control', 'public, max-age=300')
      .send(JSON.stringify(pipelineDefinitionJsonSchema));
  });
}
