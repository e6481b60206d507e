import { basename } from 'node:path';
import type { Router } from 'express';
import { z } from 'zod';
import {
  countSchema,
  readRequest,
} from '@model-ci/backstage-plugin-model-ci-node';
import { findBlobName } from '../database/operations/pipelines/findBlobName';
import type { RouteContext } from './context';
import { demandBlob } from './demandBlob';
import { attachmentOf, sendBlob } from './sendBlob';
import { idSchema, listSchema, pageShape, stageKeySchema } from './validation';

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
  const { access, evaluations } = context;

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
    const { digest, size } = await demandBlob(context, req);
    await sendBlob(req, res, {
      store: context.artifactStore,
      digest,
      size,
      headers: await describeBlob(context, digest),
    });
  });
}

async function describeBlob({ db }: RouteContext, digest: string) {
  const { name, type } = nameOf(await findBlobName(db, digest));
  return {
    'Content-Type': type,
    'Content-Disposition': attachmentOf(name),
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
