import { MAX_TIMEOUT_SECONDS } from '@model-ci/backstage-plugin-model-ci-common';

const SECOND = 1000;
const HOUR = 60 * 60 * SECOND;
const DAY = 24 * HOUR;

const LONGEST_STAGE_MS = MAX_TIMEOUT_SECONDS * SECOND;
/** From its start on, an engine has so long to fetch what it needs. */
const START_MS = HOUR;
/**
 * From its end on, an engine has so long to store what it has made: results of hours survive a store that is away over
 * a long weekend.
 */
const STORE_MS = 7 * DAY;

/** Nothing is signed for longer. */
export const LONGEST_TRANSFER_MS = 2 * LONGEST_STAGE_MS + STORE_MS;

/**
 * How long transfers of an attempt hold that is submitted now, in milliseconds. They end with the attempt, so these
 * are only what bounds an attempt that nobody ends. Not configurable, since they follow from the stage's own limits.
 */
export function transferLifetimes(attempt: {
  timeoutSeconds: number;
  /** Absent where it may be pending without limit. */
  queueTimeoutSeconds?: number;
  isCluster: boolean;
}): { get: number; put: number; secrets: number } {
  const { timeoutSeconds, queueTimeoutSeconds } = attempt;
  const queue =
    queueTimeoutSeconds === undefined
      ? LONGEST_STAGE_MS
      : queueTimeoutSeconds * SECOND;
  const pending = attempt.isCluster ? queue : 0;
  return {
    get: pending + START_MS,
    secrets: pending + START_MS,
    put: pending + timeoutSeconds * SECOND + STORE_MS,
  };
}
