import type { Router } from 'express';
import { z } from 'zod';
import { readRequest } from '@model-ci/backstage-plugin-model-ci-node';
import { audited } from './audited';
import type { RouteContext } from './context';
import { pipelinePathShape, toPipelineRef, versionSchema } from './validation';

const versionPath = z.object({ ...pipelinePathShape, version: versionSchema });

const statementQuery = z.strictObject({
  statement: z.enum(['provenance', 'gates']).default('provenance'),
});

/** Where a version comes from, for pages, for people and for tools that verify. */
export function addLineageRoutes(router: Router, context: RouteContext) {
  const { access, auditor, lineage } = context;
  const base = '/pipelines/:namespace/:name/versions/:version';

  router.get(`${base}/lineage`, async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path } = readRequest(req, { path: versionPath });
    const ref = toPipelineRef(path);
    await access.demand(credentials, ref);
    res.json(await lineage.get(ref, path.version));
  });

  router.get(`${base}/model-card`, async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path } = readRequest(req, { path: versionPath });
    const ref = toPipelineRef(path);
    await access.demand(credentials, ref);
    const card = await lineage.modelCard(ref, path.version, credentials);
    res
      .type('text/markdown')
      .attachment(`${path.name}-${path.version}.md`)
      .send(card);
  });

  router.get(`${base}/provenance`, async (req, res) => {
    const credentials = await access.authenticate(req);
    const signed = await audited(
      auditor,
      { id: 'statement-sign', request: req },
      async note => {
        const { path, query } = readRequest(req, {
          path: versionPath,
          query: statementQuery,
        });
        const { version } = path;
        const pipelineRef = toPipelineRef(path);
        note({ pipelineRef, version, statement: query.statement });
        await access.demand(credentials, pipelineRef);
        return await lineage.statement(pipelineRef, version, query.statement);
      },
    );
    res.json(signed);
  });
}
