import { isError } from '@backstage/errors';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { isPlatformFailure } from '@model-ci/backstage-plugin-model-ci-node';
import { messageOf } from '../engines/errors';
import { BuildErrored, BuildFailed } from './BuildFailed';

/** What a build failed by. */
export type Failure =
  /** The stage is to blame. */
  | { type: 'failed'; reason: Reason }
  /** The platform is, and another try would not help. */
  | { type: 'errored'; reason: Reason }
  /** The platform is, and it may go well a little later. */
  | { type: 'away'; reason: Reason };

/** Longer messages add nothing. */
const MAX_SHOWN = 500;

/** Who is to blame for an error of a build. Whatever was not recognized as the stage's is the platform's. */
export function judgeFailure(error: unknown, node: string): Failure {
  if (error instanceof BuildFailed) {
    return { type: 'failed', reason: error.reason };
  }
  if (error instanceof BuildErrored) {
    return { type: 'errored', reason: error.reason };
  }
  const text = messageOf(error).trim().slice(0, MAX_SHOWN);
  return isError(error) && error.name === 'InputError'
    ? { type: 'failed', reason: reason('image.refused', { error: text }) }
    : {
        type: 'away',
        reason: reason('image.engineFailed', { node, error: text }),
      };
}

/** The exit of a command of the Dockerfile; its text may hold any words. */
const COMMAND = /^The command '[^]*' returned a non-zero code: \d+$/;
/**
 * Who is to blame for an error that the engine reports at a step of a build. What is not recognized is the stage's, whose
 * Dockerfile the engine was at.
 */
export function blameOf(text: string): 'stage' | 'platform' {
  return !COMMAND.test(text.trim()) && isPlatformFailure(text)
    ? 'platform'
    : 'stage';
}
