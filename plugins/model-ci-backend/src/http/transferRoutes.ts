import { NotAllowedError, NotFoundError } from '@backstage/errors';
import type { Request, Response, Router } from 'express';
import {
  BODY_RATE,
  FETCHER_HEADER,
  invalidRequest,
  LargeBodyError,
  openBody,
  StalledBodyError,
  type ArtifactStore,
} from '@model-ci/backstage-plugin-model-ci-node';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { hasEnded } from '../database/operations/attempts/hasEnded';
import {
  attemptEnded,
  recordUpload,
  uploadedBefore,
} from '../database/operations/transfers/recordUpload';
import { findUpload } from '../database/operations/transfers/findUpload';
import { takeSlot } from '../limits/takeSlot';
import { TooManyRequestsError } from '../limits/TooManyRequestsError';
import { exportLines } from '../transfers/exportLines';
import { hashingStore } from '../transfers/hashingStore';
import { storeUpload } from '../transfers/storeUpload';
import type { ServiceDownloads } from '../transfers/ServiceDownloads';
import type { TransferGrant } from '../transfers/TransferTokens';
import { audited } from './audited';
import type { RouteContext } from './context';
import { hideToken, tokenOf } from './hideToken';
import { sendBlob } from './sendBlob';

type Grant<D extends TransferGrant['direction']> = Extract<
  TransferGrant,
  { direction: D }
>;

const ACTIONS: Partial<Record<string, string>> = {
  PUT: 'transfer-upload',
  POST: 'transfer-secrets',
};
const USES: Record<TransferGrant['direction'], string> = {
  get: 'This transfer URL is for a download (GET) only',
  put: 'This transfer URL is for an upload (PUT) only',
  secrets: 'This transfer URL is for the secrets of an attempt (POST) only',
};

/**
 * `/transfers/:token`: what an engine fetches and uploads for one attempt or service, with no other credentials than the token. It
 * is a secret, and addresses are logged and quoted in answers, so it is taken out of the request first of all. Only who
 * has one that holds is audited and costs more than a signature.
 */
export function addTransferRoutes(router: Router, context: RouteContext) {
  router.use(hideToken);
  router.all('/transfers/:token', async (req, res) => {
    if (!['GET', 'HEAD', 'PUT', 'POST'].includes(req.method)) {
      res.set('Allow', 'GET, HEAD, PUT, POST').status(405).end();
      return;
    }
    if (context.transfers.downloads?.isOne(tokenOf(req))) {
      await serveDownload(req, res, context, context.transfers.downloads);
      return;
    }
    const grant = await context.transfers.tokens.verify(tokenOf(req));
    const { attemptId } = grant;
    await audited(
      context.auditor,
      {
        id: ACTIONS[req.method] ?? 'transfer-fetch',
        severity: 'low',
        request: req,
        meta: grant,
      },
      async () => {
        takeSlot(context.transfers.slots, attemptId, res, {
          what: 'open.transfers',
          key: 'modelCi.limits.attempt.transfers',
        });
        await demandAttempt(context, attemptId);
        if (req.method === 'POST') {
          demandDirection(grant, 'secrets');
          await handOver(req, res, context, attemptId);
        } else if (req.method === 'PUT') {
          await receive(req, res, context, demandDirection(grant, 'put'));
        } else {
          await send(req, res, context, demandDirection(grant, 'get'));
        }
      },
    );
  });
}

/** The workspace of a service, for as long as that is wanted. */
async function serveDownload(
  req: Request,
  res: Response,
  context: RouteContext,
  downloads: Pick<ServiceDownloads, 'verify'>,
): Promise<void> {
  const grant = await downloads.verify(tokenOf(req));
  await audited(
    context.auditor,
    { id: 'transfer-fetch', severity: 'low', request: req, meta: grant },
    async () => {
      if (req.method === 'PUT' || req.method === 'POST') {
        throw new NotAllowedError(USES.get);
      }
      takeSlot(context.transfers.slots, grant.serviceId, res, {
        what: 'open.transfers',
        key: 'modelCi.limits.attempt.transfers',
      });
      await send(req, res, context, grant);
    },
  );
}

function demandDirection<D extends TransferGrant['direction']>(
  grant: TransferGrant,
  direction: D,
): Grant<D> {
  if (!hasDirection(grant, direction)) {
    throw new NotAllowedError(USES[grant.direction]);
  }
  return grant;
}

function hasDirection<D extends TransferGrant['direction']>(
  grant: TransferGrant,
  direction: D,
): grant is Grant<D> {
  return grant.direction === direction;
}

async function demandAttempt(
  { db }: RouteContext,
  attemptId: string,
): Promise<void> {
  if (await hasEnded(db, { attemptId })) {
    throw new NotAllowedError(attemptEnded(attemptId));
  }
}

async function send(
  req: Request,
  res: Response,
  { artifactStore }: RouteContext,
  { digest }: Pick<Grant<'get'>, 'digest'>,
): Promise<void> {
  const size = await artifactStore.size(digest);
  if (size === undefined) {
    throw new NotFoundError(`The artifact store has lost ${digest}`);
  }
  if (req.method === 'GET' && artifactStore.signUrl) {
    const { url } = await artifactStore.signUrl(digest);
    // 302, as some engines' wget knows no other redirect
    res.set('Cache-Control', 'no-store').redirect(302, url);
    return;
  }
  const headers = { 'Content-Type': 'application/x-tar' };
  const store = artifactStore;
  await sendBlob(req, res, { store, digest, size, headers });
}

/** What the attempt makes up for itself, and nobody can guess. */
const FETCHER = /^[0-9a-f]{32,128}$/;

async function handOver(
  req: Request,
  res: Response,
  { transfers }: RouteContext,
  attemptId: string,
): Promise<void> {
  const fetcher = req.get(FETCHER_HEADER) ?? '';
  if (!FETCHER.test(fetcher)) {
    throw invalidRequest(
      'headers',
      FETCHER_HEADER,
      'must be 32 to 128 hexadecimal digits',
    );
  }
  const values = await transfers.secrets.handOver(attemptId, fetcher);
  res
    .set('Cache-Control', 'no-store')
    .type('text/plain')
    .send(exportLines(values));
}

async function receive(
  req: Request,
  res: Response,
  context: RouteContext,
  grant: Grant<'put'>,
): Promise<void> {
  const { db, transfers } = context;
  const { attemptId, path } = grant;
  const { maxUploadBytes } = transfers;
  if (Number(req.headers['content-length'] ?? 0) > maxUploadBytes) {
    throw tooLarge(maxUploadBytes);
  }
  const giveBack = takePath(context, grant);
  try {
    const store = await storeFor(context, grant);
    const body = openBody(req, { maxBytes: maxUploadBytes, ...BODY_RATE });
    const upload = await storeUpload({ body, path, store });
    const at = new Date(transfers.now()).toISOString();
    await recordUpload(db, { attemptId, path, upload, at });
    if (upload.type === 'refused') {
      throw refused(path, upload.reason.text);
    }
    const { digest, size } = upload;
    res.status(201).json({ digest, size });
  } catch (error) {
    throw explain(error, maxUploadBytes);
  } finally {
    giveBack();
    // What was not read would keep whoever sends it from reading the answer.
    req.unpipe();
    req.resume();
  }
}

/** Of several at once all but one would be stored for nothing. */
function takePath(
  { transfers }: RouteContext,
  { attemptId, path }: Grant<'put'>,
): () => void {
  const giveBack = transfers.uploading.take(JSON.stringify([attemptId, path]));
  if (!giveBack) {
    throw new TooManyRequestsError(
      reason('error.uploading', { path: path || '.' }),
      1,
    );
  }
  return giveBack;
}

/**
 * Where the path has its upload, others only have to be distinguished from it: whoever holds the token could fill the store with
 * what nobody ever refers to.
 */
async function storeFor(
  { db, artifactStore }: RouteContext,
  { attemptId, path }: Grant<'put'>,
): Promise<Pick<ArtifactStore, 'write'>> {
  const before = await findUpload(db, { attemptId, path });
  if (
    before?.type !== 'stored' ||
    // A store that has lost it gets it again
    (await artifactStore.size(before.digest)) === undefined
  ) {
    return artifactStore;
  }
  return hashingStore(size => {
    if (size > before.size) {
      throw uploadedBefore(path, before.digest, 'larger');
    }
  });
}

/** Distinguished from an archive that is malformed or cut off (400): sending it again would not help. */
function refused(path: string, why: string): Error {
  return Object.assign(new Error(`'${path || '.'}': ${why}`), {
    name: 'InputError',
    statusCode: 422,
  });
}

function explain(error: unknown, maxUploadBytes: number): unknown {
  if (error instanceof LargeBodyError) {
    return tooLarge(maxUploadBytes);
  }
  return error instanceof StalledBodyError
    ? Object.assign(new Error(error.message), { statusCode: 408 })
    : error;
}

function tooLarge(maxUploadBytes: number): Error {
  return Object.assign(
    new Error(
      `The upload has more than ${maxUploadBytes} bytes (modelCi.engine.maxArtifactBytes)`,
    ),
    { name: 'PayloadTooLargeError', statusCode: 413 },
  );
}
