import type { Readable } from 'node:stream';
import { InputError } from '@backstage/errors';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import {
  LargeBodyError,
  StalledBodyError,
  type ArtifactStore,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { Upload } from '../database/operations/transfers/types';
import { artifactArchive } from '../evaluations/artifactArchive';
import { RefusedContentError } from '../evaluations/RefusedContentError';
import { UnreadableArchiveError } from '../evaluations/UnreadableArchiveError';

/**
 * Brings the archive of one path into the one form of archives and into the store, as it comes. What is in it may be
 * refused, for which the stage is to blame. An archive that is no archive of this path, or ends too early, rejects with
 * an `InputError` and leaves nothing: whoever sends it may try again. What the store throws is passed on.
 */
export async function storeUpload(options: {
  body: Readable;
  /** Plain. */
  path: string;
  store: Pick<ArtifactStore, 'write'>;
}): Promise<Upload> {
  const { body, path, store } = options;
  const archive = artifactArchive(
    { from: path, to: path },
    { type: 'archive', stream: body, refusal: () => undefined },
    async () => ({ type: 'refused', reason: reason('file.besideUpload') }),
  );
  let failure: unknown;
  archive.content.once('error', error => {
    failure = error;
  });
  try {
    const blob = await store.write(archive.content);
    return { type: 'stored', ...blob, written: archive.written.files() };
  } catch (error) {
    // A store may wrap the error of the stream that it reads.
    if (failure instanceof RefusedContentError) {
      return { type: 'refused', reason: failure.problem };
    }
    throw failure instanceof UnreadableArchiveError
      ? explain(failure, path)
      : error;
  }
}

function explain(
  { problem, message }: UnreadableArchiveError,
  path: string,
): unknown {
  if (
    problem instanceof LargeBodyError ||
    problem instanceof StalledBodyError
  ) {
    return problem;
  }
  return new InputError(
    `This is no whole tar archive of '${path || '.'}': ${message}`,
  );
}
