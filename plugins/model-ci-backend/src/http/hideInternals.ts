import { randomUUID } from 'node:crypto';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { NextFunction, Request, Response } from 'express';
import { describeError } from '../describeError';
import { reasonOf } from '../withReason';

/** Errors whose words are meant for whoever asked. */
const FOR_CALLERS = new Set([
  'AuthenticationError',
  'ConflictError',
  'InputError',
  'NotAllowedError',
  'NotFoundError',
  'NotImplementedError',
  'ServiceUnavailableError',
  'TooManyRequestsError',
]);

/**
 * Error handler for the end of the router: callers get the words that are meant for them, and of everything else an id
 * under which the log has it. In development they get it all.
 */
export function hideInternals(
  context: { logger: LoggerService },
  isDevelopment = process.env.NODE_ENV === 'development',
) {
  return (error: unknown, req: Request, res: Response, next: NextFunction) => {
    if (!(error instanceof Error) || isDevelopment || res.headersSent) {
      next(error);
      return;
    }
    const retryAfter = numberIn(error, 'retryAfterSeconds');
    if (retryAfter !== undefined) {
      res.setHeader('Retry-After', String(retryAfter));
    }
    const status = statusOf(error);
    if (isForCallers(error)) {
      next(forCallers(error, status));
      return;
    }
    const id = randomUUID();
    context.logger.error(
      `${req.method} ${req.path} failed, error ${id}`,
      error,
    );
    next(new Error(hiddenError(id)));
  };
}

/** Whether the words of an error are meant for whoever asked. */
export function isForCallers(error: Error): boolean {
  const status = statusOf(error);
  return (
    FOR_CALLERS.has(error.name) ||
    (status !== undefined && status >= 400 && status < 500)
  );
}

function statusOf(error: Error): number | undefined {
  return numberIn(error, 'statusCode') ?? numberIn(error, 'status');
}

/** With the reason that it may have, and without what the error carries besides: its cause, and what a library added. */
function forCallers(error: Error, status: number | undefined): Error {
  const message = describeError(error);
  const shown = new Error(
    // Backstage's errors say it twice: in the cause, and behind their own words.
    error.cause === undefined ? message : message.split('; caused by ', 1)[0],
  );
  shown.name = error.name;
  const reason = reasonOf(error);
  return Object.assign(
    shown,
    status !== undefined && { statusCode: status },
    reason && { reason },
  );
}

function hiddenError(id: string): string {
  return `Something failed in the backend; its log says what, as error ${id}`;
}

function numberIn(error: object, key: string): number | undefined {
  // Express' parsers have it on the prototypes of their errors.
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'number' ? value : undefined;
}
