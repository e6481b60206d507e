import type { ServerResponse } from 'node:http';
import { TooManyRequestsError } from './TooManyRequestsError';
import type { UserSlots } from './UserSlots';

/** Takes a user's slot until a response has ended or its reader is gone; throws where none is left. */
export function takeSlot(
  slots: UserSlots,
  user: string,
  res: ServerResponse,
  named: { what: string; key: string },
): void {
  const giveBack = slots.take(user);
  if (!giveBack) {
    throw new TooManyRequestsError(tooManyAtOnce(named, slots.limit), 1);
  }
  res.once('close', giveBack);
}

export function tooManyAtOnce(
  { what, key }: { what: string; key: string },
  limit: number,
): string {
  return `You have ${limit} ${what} open, which is the most at once (${key}); wait until one has ended`;
}
