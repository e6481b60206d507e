import { basename } from 'node:path';
import { NotFoundError } from '@backstage/errors';
import type { Router } from 'express';
import { z } from 'zod';
import {
  countSchema,
  readRequest,
} from '@model-ci/backstage-plugin-model-ci-node';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { findBlobName } from '../database/operations/pipelines/findBlobName';
import { audited } from './audited';
import type { RouteContext } from './context';
import { sendBlob } from './sendBlob';
import { idSchema, listSchema, pageShape, stageKeySchema } from './validation';
import { withReason } from '../withReason';

const digestPath = z.object({
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, {
    error: `must be 'sha256:' and 64 hexadecimal digits`,
  }),
});
const runPath = z.object({ runId: idSchema });
const stagePath = z.object({ runId: idSchema, stage: stageKeySchema });
const testQuery = z.strictObject({
  ...pageShape,
  attempt: countSchema(1, 1_000_000).optional(),
  status: listSchema(
    z.enum(['passed', 'failed', 'errored', 'skipped']),
  ).optional(),
});

/** What runs produced: test cases, the list of artifacts, and their bytes. */
export function addArtifactRoutes(router: Router, context: RouteContext) {
  const { access, auditor, evaluations } = context;

  router.get('/runs/:runId/stages/:stage/tests', async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path, query } = readRequest(req, {
      path: stagePath,
      query: testQuery,
    });
    const { runId, stage } = path;
    await access.demandRun(credentials, runId);
    res.json(await evaluations.tests(runId, stage, query));
  });

  router.get('/runs/:runId/artifacts', async (req, res) => {
    const credentials = await access.authenticate(req);
    const { runId } = readRequest(req, { path: runPath }).path;
    await access.demandRun(credentials, runId);
    res.json({ items: await evaluations.artifacts(runId) });
  });

  router.get('/artifacts/:digest', async (req, res) => {
    const credentials = await access.authenticateDownload(req);
    const { digest, size } = await audited(
      auditor,
      {
        id: 'artifact-read',
        severity: 'low',
        request: req,
        // A cookie's user is known here alone.
        meta: { by: access.nameOf(credentials) },
      },
      async note => {
        const { path } = readRequest(req, { path: digestPath });
        note(path);
        const readable = await access.demandArtifact(credentials, path.digest);
        note({ pipelineRefs: readable });
        return { ...path, size: await demandSize(context, path.digest) };
      },
    );
    await sendBlob(req, res, {
      store: context.artifactStore,
      digest,
      size,
      headers: await describeBlob(context, digest),
    });
  });
}

async function demandSize(
  { artifactStore }: RouteContext,
  digest: string,
): Promise<number> {
  const size = await artifactStore.size(digest);
  if (size === undefined) {
    throw withReason(
      NotFoundError,
      reason('error.notForYou', {
        thing: reason('thing.artifact', { digest }),
      }),
    );
  }
  return size;
}

async function describeBlob({ db }: RouteContext, digest: string) {
  const { name, type } = nameOf(await findBlobName(db, digest));
  return {
    'Content-Type': type,
    // The name came with the model's repository.
    'Content-Disposition': `attachment; filename="${name.replace(
      /[^\w.-]/g,
      '_',
    )}"`,
  };
}

function nameOf(found: Awaited<ReturnType<typeof findBlobName>>) {
  switch (found?.type) {
    case 'artifact':
      return { name: `${found.name}.tar`, type: 'application/x-tar' };
    case 'report':
      return { name: basename(found.path), type: 'application/octet-stream' };
    case 'examples':
      return {
        name: `${found.name}.examples`,
        type: 'application/octet-stream',
      };
    default:
      // What was measured or made again meanwhile, or read for an attempt.
      return { name: 'blob', type: 'application/octet-stream' };
  }
}
