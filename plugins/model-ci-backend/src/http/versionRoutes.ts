import type { Router } from 'express';
import { z } from 'zod';
import {
  ALIAS_PATTERN,
  MAX_COMPARED_VERSIONS,
  MAX_REASON_LENGTH,
  pipelineDeployPermission,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  countSchema,
  readRequest,
  textSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import { audited } from './audited';
import type { RouteContext } from './context';
import {
  environmentSchema,
  listSchema,
  pageShape,
  pipelinePathShape,
  timeSchema,
  toPipelineRef,
  versionNumberSchema,
  versionSchema,
} from './validation';

const metricQuery = z.strictObject({
  metric: textSchema(255).optional(),
  dataset: textSchema(255).optional(),
  environment: environmentSchema.optional(),
  instance: textSchema(255).optional(),
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  limit: countSchema(1, 1000).default(100),
});
const pageQuery = z.strictObject(pageShape);
const pipelinePath = z.object(pipelinePathShape);
const versionPath = z.object({ ...pipelinePathShape, version: versionSchema });
const compareQuery = z.strictObject({
  versions: listSchema(versionSchema, MAX_COMPARED_VERSIONS),
});
const aliasPath = z.object({
  ...pipelinePathShape,
  alias: z.string().regex(ALIAS_PATTERN, {
    error: reason('definition.mustBeAlias').text,
  }),
});
const aliasReasonSchema = textSchema(MAX_REASON_LENGTH).optional();
const aliasBody = z.strictObject({
  version: versionNumberSchema,
  reason: aliasReasonSchema,
});
const aliasRemovalQuery = z.strictObject({ reason: aliasReasonSchema });

/** Metric histories, versions, their comparison and their aliases. */
export function addVersionRoutes(router: Router, context: RouteContext) {
  const { access, auditor, evaluations, versions } = context;
  const base = '/pipelines/:namespace/:name';

  router.get(`${base}/evaluations`, async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path, query } = readRequest(req, {
      path: pipelinePath,
      query: metricQuery,
    });
    const ref = toPipelineRef(path);
    await access.demand(credentials, ref);
    res.json(await evaluations.metricHistories(ref, query));
  });

  router.get(`${base}/versions`, async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path, query } = readRequest(req, {
      path: pipelinePath,
      query: pageQuery,
    });
    const ref = toPipelineRef(path);
    await access.demand(credentials, ref);
    res.json(await versions.list(ref, query));
  });

  router.get(`${base}/versions/:version`, async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path } = readRequest(req, { path: versionPath });
    const ref = toPipelineRef(path);
    await access.demand(credentials, ref);
    res.json(await versions.get(ref, path.version));
  });

  router.get(`${base}/compare`, async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path, query } = readRequest(req, {
      path: pipelinePath,
      query: compareQuery,
    });
    const ref = toPipelineRef(path);
    await access.demand(credentials, ref);
    res.json(await evaluations.compare(ref, query.versions));
  });

  router.put(`${base}/aliases/:alias`, async (req, res) => {
    const credentials = await access.authenticate(req);
    const moved = await audited(
      auditor,
      { id: 'alias-move', request: req },
      async note => {
        const { path, body } = readRequest(req, {
          path: aliasPath,
          body: aliasBody,
        });
        const { version, reason: why } = body;
        const { alias } = path;
        const pipelineRef = toPipelineRef(path);
        note({ pipelineRef, alias, version, reason: why });
        await access.demand(credentials, pipelineRef, pipelineDeployPermission);
        return await versions.moveAlias(pipelineRef, alias, version, {
          by: access.nameOf(credentials),
          reason: why,
        });
      },
    );
    res.json(moved);
  });

  router.get(`${base}/aliases`, async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path } = readRequest(req, { path: pipelinePath });
    const ref = toPipelineRef(path);
    await access.demand(credentials, ref);
    res.json(await versions.aliases(ref));
  });

  router.delete(`${base}/aliases/:alias`, async (req, res) => {
    const credentials = await access.authenticate(req);
    await audited(auditor, { id: 'alias-remove', request: req }, async note => {
      const { path, query } = readRequest(req, {
        path: aliasPath,
        query: aliasRemovalQuery,
      });
      const { alias } = path;
      const { reason: why } = query;
      const pipelineRef = toPipelineRef(path);
      note({ pipelineRef, alias, reason: why });
      await access.demand(credentials, pipelineRef, pipelineDeployPermission);
      await versions.removeAlias(pipelineRef, alias, {
        by: access.nameOf(credentials),
        reason: why,
      });
    });
    res.status(204).end();
  });
}
