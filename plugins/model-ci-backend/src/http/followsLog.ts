import type { Request } from 'express';

const LOG = /^\/runs\/[^/]+\/stages\/[^/]+\/logs\/?$/i;

/** Whether an answer is to be a stream of events. */
export function wantsEvents(req: Request): boolean {
  return req.accepts(['text/plain', 'text/event-stream']) !== 'text/plain';
}

/** Whether a request stays open as a log grows. On other routes, `Accept` changes nothing. */
export function followsLog(req: Request): boolean {
  return LOG.test(req.path) && wantsEvents(req);
}
