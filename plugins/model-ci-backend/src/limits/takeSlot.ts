import type { ServerResponse } from 'node:http';
import {
  reason,
  type Reason,
  type ReasonCode,
} from '@model-ci/backstage-plugin-model-ci-common';
import { onceClosed } from '@model-ci/backstage-plugin-model-ci-node';
import { TooManyRequestsError } from './TooManyRequestsError';
import type { Slots } from './Slots';

/** What is counted, and the key of app-config that limits it. */
export interface Limited {
  what: Extract<ReasonCode, `open.${string}`>;
  key: string;
}

/** Takes a user's slot until a response has ended or its reader is gone; throws where none is left. */
export function takeSlot(
  slots: Slots,
  user: string,
  res: ServerResponse,
  named: Limited,
): void {
  const giveBack = slots.take(user);
  if (!giveBack) {
    throw new TooManyRequestsError(tooManyAtOnce(named, slots.limit), 1);
  }
  onceClosed(res, giveBack);
}

export function tooManyAtOnce({ what, key }: Limited, max: number): Reason {
  return reason('error.tooManyOpen', { what: reason(what), key, max });
}
