import { isError } from '@backstage/errors';
import {
  quoted,
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Upload } from '../database/operations/transfers/types';
import type { Readable } from 'node:stream';
import type {
  ArtifactStore,
  Executor,
  Handle,
} from '@model-ci/backstage-plugin-model-ci-node';

/** What the attempt has uploaded to a plain path; asked for only where the executor collects nothing. */
export type FindUpload = (path: string) => Promise<Upload | undefined>;

export interface UploadedArchive
  extends Omit<Extract<Upload, { type: 'stored' }>, 'type'> {
  type: 'uploaded';
}

export type Collected =
  | {
      type: 'archive';
      stream: Readable;
      /** Once reading has failed: what the executor blames the stage for, if it does. */
      refusal(): Reason | undefined;
    }
  /** The attempt has uploaded it: the store has it, in the one form of archives. */
  | UploadedArchive
  | { type: 'missing' }
  /** The executor blames the stage. */
  | { type: 'refused'; reason: Reason };

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

/**
 * Asks an executor for a plain path, `''` for the workspace, and separates the errors of the stage from those of the
 * platform.
 */
export async function openCollected(
  executor: Pick<Executor, 'collect'>,
  handle: Handle,
  path: string,
  findUpload: FindUpload = async () => undefined,
): Promise<Collected> {
  try {
    const stream = await executor.collect(handle, path || '.');
    if ('digest' in stream) {
      return confirmUpload(await findUpload(path), stream.digest);
    }
    // The stream's own error, so that an error of a store never passes for one of the executor.
    return {
      type: 'archive',
      stream,
      refusal: () => refusalOf(stream.errored),
    };
  } catch (error) {
    if (isError(error) && error.name === 'NotFoundError') {
      const upload = await findUpload(path);
      return upload?.type === 'refused' ? upload : { type: 'missing' };
    }
    const refusal = refusalOf(error);
    if (refusal !== undefined) {
      return { type: 'refused', reason: refusal };
    }
    throw error;
  }
}

/**
 * What an executor says of an upload may come from the stage, which could name an artifact of somebody else: only what
 * this attempt has uploaded to this path counts.
 */
function confirmUpload(upload: Upload | undefined, digest: string): Collected {
  if (upload?.type === 'refused') {
    return upload;
  }
  return upload?.digest === digest
    ? { ...upload, type: 'uploaded' }
    : {
        type: 'refused',
        reason: reason('file.otherUpload', {
          digest,
          uploaded: upload?.digest ?? reason('file.nothing'),
        }),
      };
}

/** How many errors may be wrapped around each other; also ends a circle of them. */
const MAX_CAUSES = 10;

/** The text of an `InputError`, which other errors may be wrapped around. */
function refusalOf(error: unknown): Reason | undefined {
  let inner = error;
  for (let depth = 0; depth < MAX_CAUSES && isError(inner); depth++) {
    if (inner.name === 'InputError') {
      return quoted(inner.message);
    }
    inner = inner.cause;
  }
  return undefined;
}
