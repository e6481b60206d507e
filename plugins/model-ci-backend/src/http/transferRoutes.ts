import { NotAllowedError, NotFoundError } from '@backstage/errors';
import type { Request, Response, Router } from 'express';
import {
  BODY_RATE,
  LargeBodyError,
  openBody,
  StalledBodyError,
} from '@model-ci/backstage-plugin-model-ci-node';
import { hasEnded } from '../database/operations/attempts/hasEnded';
import {
  attemptEnded,
  recordUpload,
} from '../database/operations/transfers/recordUpload';
import { takeSlot } from '../limits/takeSlot';
import { storeUpload } from '../transfers/storeUpload';
import type { TransferGrant } from '../transfers/TransferTokens';
import { audited } from './audited';
import type { RouteContext } from './context';
import { sendBlob } from './sendBlob';

type Grant<D extends TransferGrant['direction']> = Extract<
  TransferGrant,
  { direction: D }
>;

/**
 * `/transfers/:token`: what an engine fetches and uploads for one attempt, with no other credentials than the token. It
 * is a secret, and addresses are logged and quoted in answers, so it is taken out of the request first of all.
 */
export function addTransferRoutes(router: Router, context: RouteContext) {
  router.all('/transfers/:token', async (req, res) => {
    const { token } = req.params;
    hideToken(req, token);
    if (!['GET', 'HEAD', 'PUT'].includes(req.method)) {
      res.set('Allow', 'GET, HEAD, PUT').status(405).end();
      return;
    }
    const isUpload = req.method === 'PUT';
    await audited(
      context.auditor,
      {
        id: isUpload ? 'transfer-upload' : 'transfer-fetch',
        severity: 'low',
        request: req,
      },
      async note => {
        const grant = await context.transfers.tokens.verify(token);
        const { attemptId, path } = grant;
        note({ attemptId, path });
        await demandAttempt(context, attemptId);
        takeSlot(context.transfers.slots, attemptId, res, {
          what: 'transfers of an attempt',
          key: 'modelCi.limits.attempt.transfers',
        });
        if (isUpload) {
          await receive(req, res, context, demandDirection(grant, 'put'));
        } else {
          await send(req, res, context, demandDirection(grant, 'get'));
        }
      },
    );
  });
}

const HIDDEN = '…';

function hideToken(req: Request, token: string): void {
  const hide = (url: string) =>
    url
      .replace(encodeURIComponent(token), HIDDEN)
      .replace(token, HIDDEN)
      // Whatever was written in another way
      .replace(/(\/transfers\/)[^/?…]+/, `$1${HIDDEN}`);
  req.url = hide(req.url);
  req.originalUrl = hide(req.originalUrl);
}

function demandDirection<D extends TransferGrant['direction']>(
  grant: TransferGrant,
  direction: D,
): Grant<D> {
  if (!hasDirection(grant, direction)) {
    throw new NotAllowedError(
      grant.direction === 'put'
        ? 'This transfer URL is for an upload (PUT) only'
        : 'This transfer URL is for a download (GET) only',
    );
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
  { digest }: Grant<'get'>,
): Promise<void> {
  const size = await artifactStore.size(digest);
  if (size === undefined) {
    throw new NotFoundError(`The artifact store has lost ${digest}`);
  }
  const headers = { 'Content-Type': 'application/x-tar' };
  const store = artifactStore;
  await sendBlob(req, res, { store, digest, size, headers });
}

async function receive(
  req: Request,
  res: Response,
  { db, artifactStore, transfers }: RouteContext,
  { attemptId, path }: Grant<'put'>,
): Promise<void> {
  const { maxUploadBytes } = transfers;
  if (Number(req.headers['content-length'] ?? 0) > maxUploadBytes) {
    throw tooLarge(maxUploadBytes);
  }
  const body = openBody(req, { maxBytes: maxUploadBytes, ...BODY_RATE });
  try {
    const upload = await storeUpload({ body, path, store: artifactStore });
    const at = new Date(transfers.now()).toISOString();
    await recordUpload(db, { attemptId, path, upload, at });
    if (upload.type === 'refused') {
      throw refused(path, upload.reason);
    }
    const { digest, size } = upload;
    res.status(201).json({ digest, size });
  } catch (error) {
    throw explain(error, maxUploadBytes);
  } finally {
    // What was not read would keep whoever sends it from reading the answer.
    req.unpipe();
    req.resume();
  }
}

/** Told from an archive that is malformed or cut off (400): sending it again would not help. */
function refused(path: string, reason: string): Error {
  return Object.assign(new Error(`'${path || '.'}': ${reason}`), {
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
      `The upload has more than ${maxUploadBytes} bytes (modelCi.transfers.maxUploadBytes)`,
    ),
    { name: 'PayloadTooLargeError', statusCode: 413 },
  );
}
