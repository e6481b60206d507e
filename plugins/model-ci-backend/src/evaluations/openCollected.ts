import { isError } from '@backstage/errors';
import type { Readable } from 'node:stream';
import type {
  ArtifactStore,
  Executor,
  Handle,
} from '@model-ci/backstage-plugin-model-ci-node';

export type Collected =
  | {
      type: 'archive';
      stream: Readable;
      /** Once reading has failed: what the executor blames the stage for, if it does. */
      refusal(): string | undefined;
    }
  /** The attempt has uploaded it, and the store keeps it under this digest. */
  | { type: 'uploaded'; digest: string }
  | { type: 'missing' }
  /** The executor blames the stage. */
  | { type: 'refused'; reason: string };

/** A report is read from the store, if the attempt has put it there. */
export async function openStored(
  store: Pick<ArtifactStore, 'open'>,
  digest: string,
): Promise<Extract<Collected, { type: 'archive' }>> {
  return {
    type: 'archive',
    stream: await store.open(digest),
    refusal: () => undefined,
  };
}

/** Asks an executor for a path, and tells what the stage is to blame for from a platform that fails. */
export async function openCollected(
  executor: Pick<Executor, 'collect'>,
  handle: Handle,
  path: string,
): Promise<Collected> {
  try {
    const stream = await executor.collect(handle, path);
    if ('digest' in stream) {
      return { type: 'uploaded', digest: stream.digest };
    }
    // The stream's own error, so that no store can be mistaken for the executor.
    return {
      type: 'archive',
      stream,
      refusal: () => refusalOf(stream.errored),
    };
  } catch (error) {
    if (isError(error) && error.name === 'NotFoundError') {
      return { type: 'missing' };
    }
    const reason = refusalOf(error);
    if (reason !== undefined) {
      return { type: 'refused', reason };
    }
    throw error;
  }
}

/** How many errors may be wrapped around each other; also ends a circle of them. */
const MAX_CAUSES = 10;

/** The text of an `InputError`, which other errors may be wrapped around. */
function refusalOf(error: unknown): string | undefined {
  let inner = error;
  for (let depth = 0; depth < MAX_CAUSES && isError(inner); depth++) {
    if (inner.name === 'InputError') {
      return inner.message;
    }
    inner = inner.cause;
  }
  return undefined;
}
