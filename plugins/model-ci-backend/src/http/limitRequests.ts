import type { RequestHandler } from 'express';
import { takeSlot } from '../limits/takeSlot';
import type { RouteContext } from './context';

/** Lets each user have so many requests under way. Services are the portal's own. */
export function limitRequests(
  context: Pick<RouteContext, 'access' | 'slots'>,
): RequestHandler {
  return async (req, res) => {
    // Event streams stay open, and have nothing to do most of the time.
    const user = req.headers.accept?.includes('text/event-stream')
      ? undefined
      : await context.access.findUser(req);
    if (user !== undefined) {
      takeSlot(context.slots.requests, user, res, {
        what: 'requests',
        key: 'modelCi.limits.user.requests',
      });
    }
    return 'next';
  };
}
