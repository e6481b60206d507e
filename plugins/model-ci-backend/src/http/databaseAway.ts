import { ServiceUnavailableError } from '@backstage/errors';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { onceClosed } from '@model-ci/backstage-plugin-model-ci-node';
import { withReason } from '../withReason';
import { isForCallers } from './hideInternals';

/** Whether the database answers, as far as this process knows. */
export interface DatabaseState {
  readonly isDatabaseAway: boolean;
  /** The listener is called each time when it begins not to answer. */
  onAway(listener: () => void): void;
}

/** Browsers and programs may ask again after so long: it is looked for more often than that. */
const RETRY_AFTER_SECONDS = 5;

/** Answers 503 while the database does not answer. */
export function refuseWhileAway(
  database: DatabaseState | undefined,
): RequestHandler {
  return (_req, _res, next) =>
    next(database?.isDatabaseAway ? databaseAway() : undefined);
}

/** Answers 503 to those who asked before that was known: what waits for a server that is silent would wait until it is back. */
export function answerWaiting(
  database: DatabaseState | undefined,
): RequestHandler {
  const open = new Set<Response>();
  database?.onAway(() => open.forEach(answerAway));
  return (_req, res, next) => {
    open.add(res);
    onceClosed(res, () => open.delete(res));
    next();
  };
}

/** Puts what a lost connection throws into words. */
export function explainDatabaseAway(
  database: DatabaseState | undefined,
): ErrorRequestHandler {
  return (error, _req, _res, next) => {
    const isAway =
      database !== undefined &&
      error instanceof Error &&
      !isForCallers(error) &&
      (database.isDatabaseAway || isConnectionLost(error));
    next(isAway ? databaseAway() : error);
  };
}

function databaseAway(): Error {
  return Object.assign(
    withReason(ServiceUnavailableError, reason('error.databaseAway')),
    { retryAfterSeconds: RETRY_AFTER_SECONDS },
  );
}

/** Whoever handles the request may still wait; what comes of it goes nowhere, and so does the connection. */
function answerAway(res: Response): void {
  if (res.headersSent) {
    return;
  }
  const why = reason('error.databaseAway');
  res
    .status(503)
    .set({ Connection: 'close', 'Retry-After': String(RETRY_AFTER_SECONDS) })
    .json({
      error: {
        name: 'ServiceUnavailableError',
        message: why.text,
        reason: why,
      },
      response: { statusCode: 503 },
    });
}

/** Operator intervention (57P01 to 57P03) and failed connections (class 08), by their SQLSTATE, and the words of the driver and of Knex. */
function isConnectionLost(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  return (
    /^(57P0[123]|08...)$/.test(code) ||
    error.name === 'KnexTimeoutError' ||
    /^(Connection terminated|Connection ended|Client has encountered a connection error)/.test(
      error.message,
    )
  );
}
