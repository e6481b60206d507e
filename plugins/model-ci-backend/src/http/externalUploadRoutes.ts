import { InputError, isError } from '@backstage/errors';
import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import {
  reason,
  type ReportKind,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  BODY_RATE,
  countSchema,
  LargeBodyError,
  openBody,
  readQuery,
  parseInput,
  StalledBodyError,
  textSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import { isPattern } from '../evaluations/filePattern';
import { plainPath } from '../evaluations/workspacePaths';
import { TooManyRequestsError } from '../limits/TooManyRequestsError';
import type { RouteContext } from './context';
import { demandMachineRun } from './demandMachineRun';
import { letMachineIn, machineOf } from './letMachineIn';
import { digestSchema, idSchema, stageSchema } from './validation';

/** Of one piece of a log: bounded, as it is held in memory. */
const MAX_PIECE = 1024 * 1024;
const MAX_PATH = 500;
/** How many errors may be wrapped around each other. */
const MAX_CAUSES = 10;

const REPORTS = [
  'junit',
  'metrics',
  'predictions',
  'lm-eval',
  'series',
] as const satisfies ReportKind[];

const stagePath = { runId: idSchema, stage: stageSchema };
const filePathSchema = z
  .string()
  .max(MAX_PATH)
  .refine(isFilePath, {
    error:
      "must be a relative path without '*' and '?', such as reports/junit.xml",
  })
  .transform(path => plainPath(path) ?? path);
const uploadQuery = z.strictObject({
  path: filePathSchema,
  digest: digestSchema,
});
const reportPath = z.object({ ...stagePath, kind: z.enum(REPORTS) });
const artifactPath = z.object({
  ...stagePath,
  name: z.string().regex(/^[\w-]{1,63}$/, {
    error: `must be the name of an artifact: up to 63 letters, digits, '-' and '_'`,
  }),
});
const logQuery = z.strictObject({
  offset: countSchema(0, Number.MAX_SAFE_INTEGER),
});

/** Logs, reports and artifacts of stages of external runs. */
export function addExternalUploadRoutes(router: Router, context: RouteContext) {
  const stage = '/external-runs/:runId/stages/:stage';
  const { externalRuns } = context;

  router.put(
    `${stage}/log`,
    letMachineIn(context, 'report'),
    express.raw({ type: () => true, limit: MAX_PIECE }),
    async (req, res) => {
      const path = parseInput(z.object(stagePath), req.params, 'path');
      const { offset } = readQuery(req, logQuery);
      await demandMachineRun(context, machineOf(res), path.runId);
      const data = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
      res.json(
        await externalRuns.appendLog(path.runId, path.stage, { offset, data }),
      );
    },
  );

  router.put(
    `${stage}/reports/:kind`,
    letMachineIn(context, 'report'),
    async (req, res) => {
      const path = parseInput(reportPath, req.params, 'path');
      await demandMachineRun(context, machineOf(res), path.runId);
      const query = readQuery(req, uploadQuery);
      await receive(req, res, context, { ...path, ...query, name: query.path });
    },
  );

  router.put(
    `${stage}/artifacts/:name`,
    letMachineIn(context, 'artifact'),
    async (req, res) => {
      const path = parseInput(artifactPath, req.params, 'path');
      await demandMachineRun(context, machineOf(res), path.runId);
      const query = readQuery(req, uploadQuery);
      await receive(req, res, context, { ...path, ...query, kind: 'artifact' });
    },
  );
}

interface Upload {
  runId: string;
  stage: string;
  kind: ReportKind | 'artifact';
  name: string;
  path: string;
  digest: string;
}

async function receive(
  req: Request,
  res: Response,
  { externalRuns, transfers }: RouteContext,
  { runId, stage, ...named }: Upload,
): Promise<void> {
  const key = JSON.stringify([runId, stage, named.kind, named.name]);
  const giveBack = transfers.uploading.take(key);
  if (!giveBack) {
    throw new TooManyRequestsError(
      reason('error.uploading', { path: named.path }),
      1,
    );
  }
  try {
    const { start, size } = readRange(req);
    const part = start !== undefined && {
      start,
      open: () => openBody(req, { maxBytes: size - start, ...BODY_RATE }),
    };
    res.json(
      await externalRuns.upload(
        runId,
        stage,
        { ...named, size },
        part || undefined,
      ),
    );
  } catch (error) {
    throw explain(error);
  } finally {
    giveBack();
    // What was not read would keep whoever sends it from reading the answer.
    req.unpipe();
    req.resume();
  }
}

/** A store may wrap the error of the stream that it reads. */
function explain(error: unknown): unknown {
  let inner = error;
  for (let depth = 0; depth < MAX_CAUSES && isError(inner); depth++) {
    if (inner instanceof LargeBodyError) {
      return new InputError('The body is longer than was announced');
    }
    if (inner instanceof StalledBodyError) {
      return Object.assign(new Error(inner.message), { statusCode: 408 });
    }
    inner = inner.cause;
  }
  return error;
}

/** Where the part begins, if there is one, and how long the whole is: `bytes 0-99/200`, or with an asterisk in place of the range to ask only. */
function readRange(req: Request): { start?: number; size: number } {
  const range = req.headers['content-range'];
  if (range === undefined) {
    const size = Number(req.headers['content-length'] ?? NaN);
    if (!Number.isSafeInteger(size)) {
      throw new InputError(
        "Invalid headers: 'Content-Length' or 'Content-Range': is missing; one of them says how long the upload is",
      );
    }
    return { start: 0, size };
  }
  const [, first, whole] =
    /^bytes (?:(\d{1,15})-\d{1,15}|\*)\/(\d{1,15})$/.exec(range) ?? [];
  const size = Number(whole ?? NaN);
  const start = first === undefined ? undefined : Number(first);
  if (!Number.isSafeInteger(size) || (start !== undefined && start >= size)) {
    throw new InputError(
      "Invalid headers: 'Content-Range': must be 'bytes START-END/SIZE', or 'bytes */SIZE' to ask how far the upload has come",
    );
  }
  return { start, size };
}

function isFilePath(path: string): boolean {
  return (
    Boolean(plainPath(path)) &&
    !isPattern(path) &&
    textSchema(MAX_PATH).safeParse(path).success
  );
}
