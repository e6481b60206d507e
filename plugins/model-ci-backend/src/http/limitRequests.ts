import type { RequestHandler } from 'express';
import { takeSlot } from '../limits/takeSlot';
import type { Access } from './Access';
import type { RouteContext } from './context';
import { followsLog } from './followsLog';

export const LIMITED = {
  requests: { what: 'open.requests', key: 'modelCi.limits.user.requests' },
  followers: { what: 'open.followers', key: 'modelCi.limits.user.followers' },
} as const;

/**
 * Lets each user have so many requests under way, and follow so many logs: those stay open and have nothing to do most of
 * the time. Services are the portal's own.
 */
export function limitRequests(context: {
  access: Pick<Access, 'findUser'>;
  slots: RouteContext['slots'];
}): RequestHandler {
  return async (req, res) => {
    const user = await context.access.findUser(req);
    if (user !== undefined) {
      const kind = followsLog(req) ? 'followers' : 'requests';
      takeSlot(context.slots[kind], user, res, LIMITED[kind]);
    }
    return 'next';
  };
}
