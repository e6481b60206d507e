import { NotFoundError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import type { Request, Response, Router } from 'express';
import { z } from 'zod';
import {
  countSchema,
  parseInput,
  readRequest,
} from '@model-ci/backstage-plugin-model-ci-node';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { findLogAttempt } from '../database/operations/pipelines/findLogAttempt';
import { audited } from './audited';
import type { RouteContext } from './context';
import { openEventStream } from './eventStream';
import { wantsEvents } from './followsLog';
import { sendStream } from './sendStream';
import { countContinuationBytes, countUnfinishedBytes } from './utf8';
import { idSchema, stageKeySchema } from './validation';
import { withReason } from '../withReason';

/** Room for the longest character and some, so that every answer that is not the last goes forward. */
const MIN_LIMIT = 16;
const MAX_LIMIT = 1024 * 1024;

const logPath = z.object({ runId: idSchema, stage: stageKeySchema });
const offsetSchema = countSchema(-(2 ** 50), 2 ** 50);
const logQuery = z.strictObject({
  attempt: countSchema(1, 1_000_000).optional(),
  offset: offsetSchema.optional(),
  limit: countSchema(MIN_LIMIT, MAX_LIMIT).optional(),
});

const timesQuery = z.strictObject({
  attempt: countSchema(1, 1_000_000).optional(),
});

const followHeaders = z.object({ 'Last-Event-ID': countSchema(0, 2 ** 50) });

/** The attempt that a request means. */
interface LogSource {
  runId: string;
  stage: string;
  attempt: number;
}

/**
 * `GET /runs/:runId/stages/:stage/logs`: the whole log, a range of it by bytes, or, for
 * `Accept: text/event-stream`, what follows. Ranges and events begin and end between characters.
 * `…/logs/times`: when its bytes came.
 */
export function addLogRoutes(router: Router, context: RouteContext) {
  const { access } = context;

  router.get('/runs/:runId/stages/:stage/logs', async (req, res) => {
    const credentials = await access.authenticateDownload(req);
    const follows = wantsEvents(req);
    const isRange = 'offset' in req.query || 'limit' in req.query;
    const read = async (note?: (meta: JsonObject) => void) => {
      const request = readRequest(req, { path: logPath, query: logQuery });
      note?.({ ...request.path });
      await access.demandRun(credentials, request.path.runId);
      return request;
    };
    // Pages read ranges and follow all the time; what is taken away as a whole is recorded.
    const { path, query } =
      follows || isRange
        ? await read()
        : await audited(
            context.auditor,
            {
              id: 'log-read',
              severity: 'low',
              request: req,
              meta: { by: access.nameOf(credentials) },
            },
            read,
          );
    const source = await findSource(context, path, query.attempt);
    const { runId, stage, attempt } = source;
    exposeHeaders(res, { 'Log-Attempt': attempt });
    res.set({
      'X-Content-Type-Options': 'nosniff',
      // Compression would hold back what follows, and hide the length of what is asked for.
      'Cache-Control': 'private, no-cache, no-transform',
    });
    if (follows) {
      await follow(req, res, context, source, query.offset);
    } else if (query.offset === undefined && query.limit === undefined) {
      const stream = await context.runs.openLog(runId, stage, { attempt });
      res.type('text/plain; charset=utf-8');
      res.attachment(`${stage}-${attempt}-${runId}.log`);
      await sendStream(req, res, stream);
    } else {
      await sendRange(res, context, source, query);
    }
  });

  router.get('/runs/:runId/stages/:stage/logs/times', async (req, res) => {
    const credentials = await access.authenticate(req);
    const { path, query } = readRequest(req, {
      path: logPath,
      query: timesQuery,
    });
    await access.demandRun(credentials, path.runId);
    const source = await findSource(context, path, query.attempt);
    const { runId, stage, attempt } = source;
    exposeHeaders(res, { 'Log-Attempt': attempt });
    res.json(await context.runs.readLogTimes(runId, stage, { attempt }));
  });
}

/** The attempt whose log is asked for. */
async function findSource(
  { db }: RouteContext,
  { runId, stage }: { runId: string; stage: string },
  number: number | undefined,
): Promise<LogSource> {
  const attempt = await findLogAttempt(db, { runId, stage, attempt: number });
  if (attempt === undefined) {
    throw withReason(
      NotFoundError,
      number === undefined
        ? reason('error.noLog', { run: runId, stage })
        : reason('error.noAttemptOfStage', { run: runId, stage, number }),
    );
  }
  return { runId, stage, attempt };
}

async function sendRange(
  res: Response,
  { runs }: RouteContext,
  { runId, stage, attempt }: LogSource,
  query: { offset?: number; limit?: number },
): Promise<void> {
  const slice = await runs.readLog(runId, stage, {
    attempt,
    offset: query.offset ?? 0,
    limit: query.limit ?? MAX_LIMIT,
  });
  const skipped = slice.offset > 0 ? countContinuationBytes(slice.data) : 0;
  const atEnd = slice.ended && slice.nextOffset >= slice.size;
  const held = atEnd ? 0 : countUnfinishedBytes(slice.data.subarray(skipped));
  const data = slice.data.subarray(skipped, slice.data.length - held);
  exposeHeaders(res, {
    'Log-Offset': slice.offset + skipped,
    'Log-Next-Offset': slice.offset + skipped + data.length,
    'Log-Size': slice.size,
    // Whether the attempt has ended, not whether this range reaches the end.
    'Log-Ended': slice.ended,
  });
  res.type('text/plain; charset=utf-8').send(data);
}

async function follow(
  req: Request,
  res: Response,
  context: RouteContext,
  { runId, stage, attempt }: LogSource,
  offset: number | undefined,
): Promise<void> {
  const { runs, stopping, heartbeat } = context;
  const lastEventId = req.header('Last-Event-ID');
  let next = lastEventId
    ? parseInput(followHeaders, { 'Last-Event-ID': lastEventId }, 'headers')[
        'Last-Event-ID'
      ]
    : offset ?? 0;
  let skip = 0;
  if (next !== 0) {
    // Find the place that a negative offset means, and the character that a positive one may lie in.
    const slice = await runs.readLog(runId, stage, {
      attempt,
      offset: next,
      limit: MIN_LIMIT,
    });
    next = slice.offset;
    skip = next > 0 ? countContinuationBytes(slice.data) : 0;
  }
  next += skip;

  const stream = openEventStream(res, { stopping, heartbeat });
  try {
    let held: Buffer = Buffer.alloc(0);
    const chunks = runs.followLog(runId, stage, {
      attempt,
      offset: next,
      signal: stream.signal,
    });
    const send = async (data: Buffer) => {
      if (data.length > 0) {
        const event = { offset: next, text: data.toString('utf8') };
        next += data.length;
        await stream.send({ id: next, data: event });
      }
    };
    for await (const chunk of chunks) {
      const data = held.length ? Buffer.concat([held, chunk.data]) : chunk.data;
      const whole = data.length - countUnfinishedBytes(data);
      held = data.subarray(whole);
      await send(data.subarray(0, whole));
    }
    await send(held);
    if (!stream.signal.aborted) {
      await stream.send({ event: 'end', data: { size: next } });
    }
  } catch (error) {
    // The status was sent long ago. A connection that ends without `end` makes the reader come again.
    if (!stream.signal.aborted) {
      context.logger.warn(
        `Following the log of stage '${stage}' of run '${runId}' broke off: ${error}`,
      );
    }
  } finally {
    stream.close();
  }
}

/** Headers of ours that a browser on another origin, such as the development server's, may read. */
function exposeHeaders(
  res: Response,
  headers: Record<string, string | number | boolean>,
): void {
  for (const [name, value] of Object.entries(headers)) {
    res.set(name, String(value));
    res.append('Access-Control-Expose-Headers', name);
  }
}
