import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { InputError, NotAllowedError, NotFoundError } from '@backstage/errors';
import express, { type RequestHandler, type Router } from 'express';
import { z } from 'zod';
import {
  reason,
  secretReadPermission,
  secretWritePermission,
  type SecretScope,
} from '@model-ci/backstage-plugin-model-ci-common';
import { readRequest } from '@model-ci/backstage-plugin-model-ci-node';
import { sameRef } from '../permissions/rules';
import { unknownPipeline } from '../pipelines/refusals';
import { withReason } from '../withReason';
import { audited } from './audited';
import type { RouteContext } from './context';
import {
  environmentSchema,
  pipelinePathShape,
  toPipelineRef,
} from './validation';

/** A secret with every character escaped. */
const MAX_BODY = '500kb';

const pipelinePath = z.object(pipelinePathShape);
const secretPath = z.object({
  ...pipelinePathShape,
  secret: z.string().min(1).max(200),
});

const placeShape = {
  scope: z.enum(['pipeline', 'owner', 'environment']),
  environment: environmentSchema.optional(),
};

const isWhole = ({ scope, environment }: z.infer<typeof placeSchema>) =>
  (scope === 'environment') === (environment !== undefined);
const WHOLE = {
  error: `needs 'environment' in the scope of an environment, and nowhere else`,
};
const placeSchema = z.strictObject(placeShape);
const placeQuery = placeSchema.refine(isWhole, WHOLE);

const inputBody = z
  .strictObject({
    ...placeShape,
    value: z.string().optional(),
    vault: z.string().min(1).max(63).optional(),
  })
  .refine(isWhole, WHOLE)
  .refine(
    ({ value, vault }) => (value === undefined) !== (vault === undefined),
    {
      error: `needs either 'value' or 'vault'`,
    },
  )
  .refine(({ scope, vault }) => scope !== 'owner' || vault === undefined, {
    error: 'has no secrets of an owner: set it for the pipeline',
    path: ['vault'],
  });

/** What is no JSON would be quoted in the answer, and may hold a secret. */
const readBody: RequestHandler = (req, res, next) =>
  express.json({ limit: MAX_BODY })(req, res, (error?: unknown) =>
    next(
      isParseFailure(error)
        ? new InputError('Invalid body: must be a JSON object')
        : error,
    ),
  );

function isParseFailure(error: unknown): boolean {
  return (
    error instanceof Error &&
    'type' in error &&
    error.type === 'entity.parse.failed'
  );
}

const releaseBody = z.strictObject({ isAllowed: z.boolean() });

/** The secrets of a pipeline: values come in here, and none goes out anywhere. */
export function addSecretRoutes(router: Router, context: RouteContext) {
  const { access, auditor, pipelines, secrets } = context;
  const base = '/pipelines/:namespace/:name/secrets';

  const isOwner = async (credentials: BackstageCredentials, owner: string) => {
    const owned = await access.actor(credentials).entityRefs();
    return owned.some(ref => sameRef(ref, owner));
  };

  /** The pipeline, if the caller may change its secrets of a scope. An owner's go to all that it has: that is its members' to say. */
  const demandWrite = async (
    credentials: BackstageCredentials,
    ref: string,
    scope: SecretScope,
  ) => {
    await access.demand(credentials, ref, secretWritePermission);
    const pipeline = await pipelines.demandRunnable(ref);
    const owner = pipeline.owner_ref;
    if (scope === 'owner' && !(await isOwner(credentials, owner))) {
      throw withReason(NotAllowedError, reason('secret.notOwner', { owner }));
    }
    return pipeline;
  };

  router.get(base, async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path } = readRequest(req, { path: pipelinePath });
    const ref = toPipelineRef(path);
    await access.demand(credentials, ref, secretReadPermission);
    const pipeline = await pipelines.find(ref);
    if (!pipeline) {
      throw withReason(NotFoundError, unknownPipeline(ref));
    }
    const canWrite = await access.allows(
      credentials,
      ref,
      secretWritePermission,
    );
    res.json({
      ...(await secrets.list(pipeline)),
      canWrite,
      canWriteOwner:
        canWrite && (await isOwner(credentials, pipeline.owner_ref)),
    });
  });

  router.put(`${base}/:secret`, readBody, async (req, res) => {
    const credentials = await access.authenticate(req);
    await audited(auditor, { id: 'secret-set', request: req }, async note => {
      const { path, body } = readRequest(req, {
        path: secretPath,
        body: inputBody,
      });
      const ref = toPipelineRef(path);
      const { value, vault, ...place } = body;
      note({
        pipelineRef: ref,
        secret: path.secret,
        ...place,
        ...(vault !== undefined && { vault }),
      });
      const pipeline = await demandWrite(credentials, ref, place.scope);
      const by = access.nameOf(credentials);
      await secrets.set(
        pipeline,
        path.secret,
        {
          ...place,
          ...(vault === undefined ? { value: value ?? '' } : { vault }),
        },
        by,
      );
    });
    res.status(204).end();
  });

  router.delete(`${base}/:secret`, async (req, res) => {
    const credentials = await access.authenticate(req);
    await audited(
      auditor,
      { id: 'secret-delete', request: req },
      async note => {
        const { path, query } = readRequest(req, {
          path: secretPath,
          query: placeQuery,
        });
        const ref = toPipelineRef(path);
        note({ pipelineRef: ref, secret: path.secret, ...query });
        const pipeline = await demandWrite(credentials, ref, query.scope);
        await secrets.delete(pipeline, path.secret, query);
      },
    );
    res.status(204).end();
  });

  router.put(`${base}/:secret/release`, express.json(), async (req, res) => {
    const credentials = await access.authenticate(req);
    await audited(
      auditor,
      { id: 'secret-release', request: req },
      async note => {
        const { path, body } = readRequest(req, {
          path: secretPath,
          body: releaseBody,
        });
        const ref = toPipelineRef(path);
        note({ pipelineRef: ref, secret: path.secret, ...body });
        const pipeline = await demandWrite(credentials, ref, 'owner');
        await secrets.release(pipeline, path.secret, body.isAllowed);
      },
    );
    res.status(204).end();
  });

  router.post('/secrets/reencrypt', express.json(), async (req, res) => {
    const credentials = await access.authenticate(req);
    const done = await audited(
      auditor,
      { id: 'secrets-reencrypt', request: req },
      async note => {
        readRequest(req, {});
        await access.demandAdministration(credentials);
        const result = await secrets.reencrypt();
        note({ ...result });
        return result;
      },
    );
    res.json(done);
  });
}
