import { InputError } from '@backstage/errors';
import type { Router } from 'express';
import { z } from 'zod';
import { pipelineDeployPermission } from '@model-ci/backstage-plugin-model-ci-common';
import { audited } from './audited';
import type { RouteContext } from './context';
import {
  countSchema,
  environmentSchema,
  listSchema,
  pageShape,
  parse,
  pipelinePathShape,
  textSchema,
  toPipelineRef,
  versionSchema,
} from './validation';

const MAX_COMPARED = 20;

const timeSchema = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 time' })
  .transform(time => new Date(time).toISOString());
const metricQuery = z.strictObject({
  metric: textSchema(255).optional(),
  dataset: textSchema(255).optional(),
  environment: environmentSchema.optional(),
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  limit: countSchema(1, 1000).default(100),
});
const pageQuery = z.strictObject(pageShape);
const pipelinePath = z.object(pipelinePathShape);
const versionPath = z.object({ ...pipelinePathShape, version: versionSchema });
const compareQuery = z.strictObject({
  versions: listSchema(versionSchema),
});
const aliasPath = z.object({
  ...pipelinePathShape,
  alias: z.string().regex(/^[a-z][a-z0-9._-]{0,62}$/, {
    error:
      'must begin with a small letter and go on with small letters, digits, dots, dashes or underscores',
  }),
});
const aliasBody = z.strictObject({
  version: z
    .number()
    .int()
    .min(1)
    .max(2 ** 31 - 1),
});

/** Metric histories, versions, their comparison and their aliases. */
export function addVersionRoutes(router: Router, context: RouteContext) {
  const { access, auditor, evaluations, versions } = context;
  const base = '/pipelines/:namespace/:name';

  router.get(`${base}/evaluations`, async (req, res) => {
    const credentials = await access.authenticate(req);
    const ref = toPipelineRef(parse(pipelinePath, req.params, 'path'));
    const query = parse(metricQuery, req.query, 'query');
    await access.demand(credentials, ref);
    res.json({ items: await evaluations.metricHistories(ref, query) });
  });

  router.get(`${base}/versions`, async (req, res) => {
    const credentials = await access.authenticate(req);
    const ref = toPipelineRef(parse(pipelinePath, req.params, 'path'));
    const query = parse(pageQuery, req.query, 'query');
    await access.demand(credentials, ref);
    res.json(await versions.list(ref, query));
  });

  router.get(`${base}/versions/:version`, async (req, res) => {
    const credentials = await access.authenticate(req);
    const path = parse(versionPath, req.params, 'path');
    const ref = toPipelineRef(path);
    await access.demand(credentials, ref);
    res.json(await versions.get(ref, path.version));
  });

  router.get(`${base}/compare`, async (req, res) => {
    const credentials = await access.authenticate(req);
    const ref = toPipelineRef(parse(pipelinePath, req.params, 'path'));
    const query = parse(compareQuery, req.query, 'query');
    if (query.versions.length > MAX_COMPARED) {
      throw new InputError(
        `Mistake in the query: 'versions': at most ${MAX_COMPARED} can be compared`,
      );
    }
    await access.demand(credentials, ref);
    res.json(await evaluations.compare(ref, query.versions));
  });

  router.put(`${base}/aliases/:alias`, async (req, res) => {
    const credentials = await access.authenticate(req);
    const path = parse(aliasPath, req.params, 'path');
    const { version } = parse(aliasBody, req.body ?? {}, 'body');
    const pipelineRef = toPipelineRef(path);
    const { alias } = path;
    const moved = await audited(
      auditor,
      { id: 'alias-move', request: req, meta: { pipelineRef, alias, version } },
      async () => {
        await access.demand(credentials, pipelineRef, pipelineDeployPermission);
        await versions.moveAlias(
          pipelineRef,
          alias,
          version,
          access.nameOf(credentials),
        );
        return await versions.get(pipelineRef, version);
      },
    );
    res.json(moved);
  });
}
