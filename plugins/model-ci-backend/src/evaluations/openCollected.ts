import { isError } from '@backstage/errors';
import type { Readable } from 'node:stream';
import type {
  Executor,
  Handle,
} from '@model-ci/backstage-plugin-model-ci-node';

export type Collected =
  | { type: 'archive'; stream: Readable }
  | { type: 'missing' }
  /** The executor blames the stage. */
  | { type: 'refused'; reason: string };

/** Asks an executor for a path, and tells what the stage is to blame for from a platform that fails. */
export async function openCollected(
  executor: Executor,
  handle: Handle,
  path: string,
): Promise<Collected> {
  try {
    return { type: 'archive', stream: await executor.collect(handle, path) };
  } catch (error) {
    if (isError(error) && error.name === 'NotFoundError') {
      return { type: 'missing' };
    }
    if (isError(error) && error.name === 'InputError') {
      return { type: 'refused', reason: error.message };
    }
    throw error;
  }
}
