import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type {
  AuditorService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { InputError, NotAllowedError, toError } from '@backstage/errors';
import express, { type Request, type Response, type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import {
  BODY_RATE,
  LargeBodyError,
  openBody,
  StalledBodyError,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { RepositoryRow } from '../database/tables';
import {
  findLfsObject,
  isOid,
  readLfsObject,
  writeLfsObject,
} from '../lfs/LfsStore';
import type { TokenGrant } from '../tokens/TokenService';
import {
  authenticate,
  checkAccess,
  findServed,
  type GitAccessOptions,
  Refusal,
} from './gitAccess';

export interface LfsRouterOptions extends GitAccessOptions {
  auditor: AuditorService;
  logger: LoggerService;
  /** Base URL of the git host. */
  gitBaseUrl: string;
  folderOf(repository: RepositoryRow): string;
  /** Bytes that a repository may still grow by; refuses where there are none. */
  roomFor(repository: RepositoryRow): Promise<number>;
  /** Counts what was added to a repository. */
  addLfsBytes(repository: RepositoryRow, bytes: number): Promise<void>;
}

const TYPE = 'application/vnd.git-lfs+json';
const BASE = '/:repository.git/info/lfs';
/** Git LFS asks for a hundred objects at a time. */
const MAX_BATCH = 1000;

const objectSchema = z.object({
  oid: z.string().refine(isOid, 'must be a SHA-256 in hex'),
  size: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
});
const batchSchema = z.object({
  operation: z.enum(['download', 'upload']),
  transfers: z.array(z.string()).optional(),
  hash_algo: z.string().optional(),
  objects: z.array(objectSchema).max(MAX_BATCH),
});

type LfsObject = z.infer<typeof objectSchema>;
type Operation = z.infer<typeof batchSchema>['operation'];

/** Git LFS: the batch API with its basic transfer. There are no locks. */
export function createLfsRouter(options: LfsRouterOptions): Router {
  const router = PromiseRouter();
  const json = express.json({ type: () => true, limit: '1mb' });

  router.post(`${BASE}/objects/batch`, json, async (req, res) => {
    await answer(req, res, options, async grant => {
      const batch = parse(batchSchema, req.body);
      const repository = await open(req, grant, batch.operation, options);
      if (batch.hash_algo !== undefined && batch.hash_algo !== 'sha256') {
        throw new Refusal(
          409,
          'This host knows the hash algorithm sha256 only',
        );
      }
      const objects: object[] = [];
      for (const object of batch.objects) {
        objects.push(
          await describe(object, batch.operation, repository, options),
        );
      }
      res.type(TYPE).json({ transfer: 'basic', objects });
    });
  });

  router.get(`${BASE}/objects/:oid`, async (req, res) => {
    await answer(req, res, options, async grant => {
      const repository = await open(req, grant, 'download', options);
      await download(req, res, repository, { ...options, grant });
    });
  });

  router.put(`${BASE}/objects/:oid`, async (req, res) => {
    await answer(req, res, options, async grant => {
      const repository = await open(req, grant, 'upload', options);
      await upload(req, repository, { ...options, grant });
      res.status(200).end();
    });
  });

  router.post(`${BASE}/verify`, json, async (req, res) => {
    await answer(req, res, options, async grant => {
      const repository = await open(req, grant, 'upload', options);
      const { oid, size } = parse(objectSchema, req.body);
      const found = await findLfsObject(options.folderOf(repository), oid);
      if (found !== size) {
        throw new Refusal(404, 'This object was not uploaded');
      }
      res.status(200).end();
    });
  });

  router.use(`${BASE}/locks`, async (req, res) => {
    await answer(req, res, options, async () => {
      // Git LFS takes this status, and no other, for a host without locks, and says nothing about it.
      throw new Refusal(501, 'This host has no locks');
    });
  });

  return router;
}

/** Finds the repository of a request and checks that the token may do it: what git may fetch and push, Git LFS may too. */
async function open(
  req: Request,
  grant: TokenGrant,
  operation: Operation,
  options: LfsRouterOptions,
): Promise<RepositoryRow> {
  const repository = await findServed(req.params.repository, options);
  const access = operation === 'upload' ? 'write' : 'read';
  try {
    await checkAccess(grant, repository, access, options);
  } catch (error) {
    const event = await audit(req, repository, grant, operation, options);
    await event.fail({ error: toError(error) });
    throw error;
  }
  return repository;
}

async function describe(
  { oid, size }: LfsObject,
  operation: Operation,
  repository: RepositoryRow,
  { folderOf, gitBaseUrl }: LfsRouterOptions,
): Promise<object> {
  const found = await findLfsObject(folderOf(repository), oid);
  const base = `${gitBaseUrl}/${repository.name}.git/info/lfs`;
  const href = `${base}/objects/${oid}`;
  if (operation === 'download') {
    return found === size
      ? { oid, size, actions: { download: { href } } }
      : {
          oid,
          size,
          error: { code: 404, message: 'This object was never uploaded' },
        };
  }
  return found === size
    ? { oid, size }
    : {
        oid,
        size,
        actions: { upload: { href }, verify: { href: `${base}/verify` } },
      };
}

async function download(
  req: Request,
  res: Response,
  repository: RepositoryRow,
  options: LfsRouterOptions & { grant: TokenGrant },
): Promise<void> {
  const { oid } = req.params;
  const folder = options.folderOf(repository);
  const size = isOid(oid) ? await findLfsObject(folder, oid) : undefined;
  if (size === undefined) {
    throw new Refusal(404, 'This object was never uploaded');
  }
  const event = await audit(
    req,
    repository,
    options.grant,
    'download',
    options,
  );
  res.set({
    'Content-Type': 'application/octet-stream',
    'Content-Length': String(size),
    'X-Content-Type-Options': 'nosniff',
  });
  try {
    await pipeline(readLfsObject(folder, oid), res);
    await event.success();
  } catch (error) {
    await event.fail({ error: toError(error) });
    throw error;
  }
}

async function upload(
  req: Request,
  repository: RepositoryRow,
  options: LfsRouterOptions & { grant: TokenGrant },
): Promise<void> {
  const { oid } = req.params;
  if (!isOid(oid)) {
    throw new Refusal(422, 'The id of an object is a SHA-256 in hex');
  }
  const event = await audit(req, repository, options.grant, 'upload', options);
  try {
    const content: Readable = openBody(req, {
      maxBytes: await options.roomFor(repository),
      ...BODY_RATE,
    });
    const added = await writeLfsObject(
      options.folderOf(repository),
      oid,
      content,
    );
    if (added !== undefined) {
      await options.addLfsBytes(repository, added);
    }
    await event.success();
  } catch (error) {
    await event.fail({ error: toError(error) });
    throw error;
  }
}

async function audit(
  req: Request,
  repository: RepositoryRow,
  grant: TokenGrant,
  operation: Operation,
  { auditor }: LfsRouterOptions,
) {
  const isUpload = operation === 'upload';
  return await auditor.createEvent({
    eventId: isUpload ? 'repository-push' : 'repository-read',
    severityLevel: isUpload ? 'medium' : 'low',
    request: req,
    meta: {
      repository: repository.name,
      user: grant.user,
      by: 'lfs',
      ...(req.params.oid && { oid: req.params.oid.slice(0, 64) }),
    },
  });
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (!result.success) {
    throw new Refusal(422, 'This is no request of Git LFS');
  }
  return result.data;
}

async function answer(
  req: Request,
  res: Response,
  options: LfsRouterOptions,
  work: (grant: TokenGrant) => Promise<void>,
): Promise<void> {
  res.set('Cache-Control', 'no-store');
  try {
    await work(await authenticate(req, options));
  } catch (error) {
    req.unpipe();
    req.resume();
    if (res.headersSent) {
      res.destroy();
      return;
    }
    const { status, message, headers } = refusalOf(error, req, options.logger);
    res.status(status).set(headers).type(TYPE).json({ message });
  }
}

function refusalOf(
  error: unknown,
  req: Request,
  logger: LoggerService,
): Refusal {
  if (error instanceof Refusal) {
    return error;
  }
  if (NotAllowedError.is(error)) {
    return new Refusal(403, error.message);
  }
  if (InputError.is(error)) {
    return new Refusal(422, error.message);
  }
  if (error instanceof LargeBodyError) {
    return new Refusal(
      507,
      'The object is larger than what its owner may still store (modelCi.git.quotas.bytesPerOwner)',
    );
  }
  if (error instanceof StalledBodyError) {
    return new Refusal(408, 'The upload did not go on', {
      Connection: 'close',
    });
  }
  if (!req.destroyed) {
    logger.error(`A request of Git LFS to ${req.path} failed`, toError(error));
  }
  return new Refusal(500, 'The git host failed; its log says why');
}
