import type { Router } from 'express';
import { z } from 'zod';
import {
  MAX_DRAIN_SECONDS,
  MAX_REASON_LENGTH,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  readRequest,
  textSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import { audited } from './audited';
import type { RouteContext } from './context';
import { nodeNameSchema } from './validation';

const path = z.object({ node: nodeNameSchema });
const reasonShape = { reason: textSchema(MAX_REASON_LENGTH) };
const cordonRequest = { path, body: z.strictObject(reasonShape) };
const drainRequest = {
  path,
  body: z.strictObject({
    ...reasonShape,
    timeoutSeconds: z.int().min(0).max(MAX_DRAIN_SECONDS).optional(),
  }),
};

/** The nodes, and closing them for maintenance. */
export function addNodeRoutes(router: Router, context: RouteContext) {
  const { access, auditor, nodes } = context;

  router.get('/nodes', async (req, res) => {
    await access.demandAdministration(await access.authenticate(req));
    readRequest(req, {});
    res.json({ items: await nodes.list() });
  });

  router.post('/nodes/:node/cordon', async (req, res) => {
    const credentials = await access.authenticate(req);
    const node = await audited(
      auditor,
      { id: 'node-cordon', request: req },
      async note => {
        const read = readRequest(req, cordonRequest);
        note({ ...read.path, ...read.body });
        await access.demandAdministration(credentials);
        const by = access.nameOf(credentials);
        return await nodes.cordon(read.path.node, { by, ...read.body });
      },
    );
    res.json(node);
  });

  router.post('/nodes/:node/drain', async (req, res) => {
    const credentials = await access.authenticate(req);
    const node = await audited(
      auditor,
      { id: 'node-drain', request: req },
      async note => {
        const read = readRequest(req, drainRequest);
        note({ ...read.path, ...read.body });
        await access.demandAdministration(credentials);
        const by = access.nameOf(credentials);
        return await nodes.drain(read.path.node, { by, ...read.body });
      },
    );
    res.json(node);
  });

  router.post('/nodes/:node/uncordon', async (req, res) => {
    const credentials = await access.authenticate(req);
    const node = await audited(
      auditor,
      { id: 'node-uncordon', request: req },
      async note => {
        const read = readRequest(req, cordonRequest);
        note({ ...read.path, ...read.body });
        await access.demandAdministration(credentials);
        return await nodes.uncordon(read.path.node);
      },
    );
    res.json(node);
  });
}
