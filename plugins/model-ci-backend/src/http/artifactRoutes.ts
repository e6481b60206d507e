import { basename } from 'node:path';
import { NotFoundError } from '@backstage/errors';
import type { Request, Response, Router } from 'express';
import { z } from 'zod';
import {
  countSchema,
  readRequest,
} from '@model-ci/backstage-plugin-model-ci-node';
import { findBlobName } from '../database/operations/pipelines/findBlobName';
import { audited } from './audited';
import type { RouteContext } from './context';
import { sendStream } from './sendStream';
import { idSchema, listSchema, pageShape, stageSchema } from './validation';

const digestPath = z.object({
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, {
    error: `must be 'sha256:' and 64 hexadecimal digits`,
  }),
});
const runPath = z.object({ runId: idSchema });
const stagePath = z.object({ runId: idSchema, stage: stageSchema });
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
    await sendBlob(req, res, context, { digest, size });
  });
}

async function demandSize(
  { artifactStore }: RouteContext,
  digest: string,
): Promise<number> {
  const size = await artifactStore.size(digest);
  if (size === undefined) {
    throw new NotFoundError(`There is no artifact ${digest} that you may see`);
  }
  return size;
}

/** Sends a blob, or the range of it that is asked for. */
async function sendBlob(
  req: Request,
  res: Response,
  context: RouteContext,
  { digest, size }: { digest: string; size: number },
): Promise<void> {
  res.set({
    ...(await describeBlob(context, digest)),
    'X-Content-Type-Options': 'nosniff',
    // The bytes never change, but who may read them does. Compression would make ranges and lengths untrue.
    'Cache-Control': 'private, no-cache, no-transform',
    ETag: `"${digest}"`,
    'Accept-Ranges': 'bytes',
  });
  if (req.fresh) {
    res.status(304).end();
    return;
  }
  const range = readRange(req, res, size);
  if (range === 'unsatisfiable') {
    res.status(416).set('Content-Range', `bytes */${size}`);
    res.removeHeader('Content-Disposition');
    res.end();
    return;
  }
  if (range) {
    res.status(206);
    res.set('Content-Range', `bytes ${range.start}-${range.end}/${size}`);
  }
  res.set('Content-Length', String(range ? range.end - range.start + 1 : size));
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  await sendStream(req, res, await context.artifactStore.open(digest, range));
}

async function describeBlob({ db }: RouteContext, digest: string) {
  const found = await findBlobName(db, digest);
  const isReport = found?.type === 'report';
  const name = isReport ? basename(found.path) : `${found?.name}.tar`;
  return {
    'Content-Type': isReport ? 'application/octet-stream' : 'application/x-tar',
    // The name came with the model's repository.
    'Content-Disposition': `attachment; filename="${name.replace(
      /[^\w.-]/g,
      '_',
    )}"`,
  };
}

/** The one range that is asked for; undefined for the whole, which also answers several ranges at once. */
function readRange(
  req: Request,
  res: Response,
  size: number,
): { start: number; end: number } | undefined | 'unsatisfiable' {
  const condition = req.header('If-Range');
  if (condition !== undefined && condition !== res.get('ETag')) {
    return undefined;
  }
  const ranges = req.range(size, { combine: true });
  if (ranges === -1) {
    return 'unsatisfiable';
  }
  if (!Array.isArray(ranges) || ranges.type !== 'bytes') {
    return undefined;
  }
  return ranges.length === 1 ? ranges[0] : undefined;
}
