import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Refusal } from './refusals';

/** Answers an error in Backstage's format. */
export function sendError(
  req: IncomingMessage & { originalUrl?: string },
  res: ServerResponse,
  refusal: Refusal,
): void {
  if (res.headersSent || res.destroyed) {
    res.destroy();
    return;
  }
  if (refusal.retryAfterSeconds !== undefined) {
    res.setHeader('Retry-After', String(refusal.retryAfterSeconds));
  }
  if (refusal.close) {
    res.setHeader('Connection', 'close');
  }
  res.statusCode = refusal.status;
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.end(
    JSON.stringify({
      error: { name: refusal.name, message: refusal.message },
      request: { method: req.method, url: req.originalUrl ?? req.url },
      response: { statusCode: refusal.status },
    }),
  );
}
