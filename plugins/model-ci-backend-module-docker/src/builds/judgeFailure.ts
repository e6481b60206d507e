import { isError } from '@backstage/errors';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
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

/** Longer ones tell nobody more. */
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
/** In the words of the kernel, of Go's network, of containerd and of registries. */
const PLATFORM = new RegExp(
  [
    'no space left on device',
    'disk quota exceeded',
    'input/output error',
    'read-only file system',
    'cannot allocate memory',
    'too many open files',
    'connection (?:refused|reset)',
    'i/o timeout',
    'TLS handshake timeout',
    'no such host',
    'server misbehaving',
    'network is unreachable',
    'no route to host',
    'context (?:deadline exceeded|canceled)',
    'unexpected EOF',
    'too ?many ?requests',
    'unexpected HTTP status:? 5\\d\\d',
    'service unavailable',
    'failed to register layer',
    'layer does not exist',
    'failed to create (?:shim|containerd)',
    'cannot join network of a non running container',
    'No such container',
  ].join('|'),
  'i',
);

/**
 * Who is to blame for an error that the engine reports at a step of a build. What is not recognized is the stage's, whose
 * Dockerfile the engine was at.
 */
export function blameOf(text: string): 'stage' | 'platform' {
  return !COMMAND.test(text.trim()) && PLATFORM.test(text)
    ? 'platform'
    : 'stage';
}
