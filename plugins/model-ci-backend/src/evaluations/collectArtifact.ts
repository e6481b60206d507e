import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type {
  ArtifactStore,
  Executor,
  Handle,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { WrittenFiles } from '../database/operations/transfers/types';
import {
  openCollected,
  openStored,
  type Collected,
  type FindUpload,
} from './openCollected';
import { RefusedContentError } from './RefusedContentError';
import { artifactArchive, tooLarge } from './artifactArchive';
import {
  contentsOf,
  deliveredWith,
  notWritten,
  type Delivered,
} from './delivered';
import type { CollectedArtifact } from '../database/operations/results/types';
import { plainPath } from './workspacePaths';

export type CollectedArtifactResult =
  | { type: 'stored'; artifact: CollectedArtifact }
  /** `why` is `problem` without the name and path of the artifact. */
  | { type: 'refused'; problem: Reason; why: Reason };

/** Streams one declared artifact of a finished attempt into the store. */
export async function collectArtifact(options: {
  executor: Pick<Executor, 'collect'>;
  handle: Handle;
  store: ArtifactStore;
  name: string;
  path: string;
  /** Where below its path it is kept. */
  folder?: string;
  delivered?: Delivered;
  /** Bytes that it may have. */
  maxArtifactBytes?: number;
  findUpload?: FindUpload;
}): Promise<CollectedArtifactResult> {
  const { executor, handle, store, name, findUpload } = options;
  const refused = (problem: Reason): CollectedArtifactResult => ({
    type: 'refused',
    problem: reason('artifact.refused', { name, path: options.path, problem }),
    why: problem,
  });

  const path = plainPath(options.path);
  if (path === undefined) {
    return refused(reason('artifact.outside'));
  }
  const to = options.folder === undefined ? path : `${path}/${options.folder}`;
  const archive = await openMovable(
    await openCollected(executor, handle, path, findUpload),
    { store, isMoved: to !== path },
  );
  switch (archive.type) {
    case 'missing':
      return refused(reason('artifact.missing'));
    case 'refused':
      return refused(archive.reason);
    case 'uploaded': {
      const { digest, size, written } = archive;
      const { maxArtifactBytes = Infinity } = options;
      if (size > maxArtifactBytes) {
        return refused(tooLarge(maxArtifactBytes));
      }
      const given = await whyNotWritten(options, { written }, digest);
      return given === undefined
        ? {
            type: 'stored',
            artifact: { name, path: path || '.', digest, size },
          }
        : refused(given);
    }
    default:
  }

  let refusal: RefusedContentError | undefined;
  const artifact = artifactArchive(
    { from: path, to },
    archive,
    from => openCollected(executor, handle, from),
    options.maxArtifactBytes,
  );
  artifact.content.once('error', error => {
    // A store may wrap the error of the stream that it reads.
    if (error instanceof RefusedContentError) refusal = error;
  });
  try {
    const blob = await store.write(artifact.content);
    const { written, origins } = artifact;
    const given = await whyNotWritten(
      options,
      { written: written.files(), origins },
      blob.digest,
    );
    return given === undefined
      ? { type: 'stored', artifact: { name, path: to || '.', ...blob } }
      : refused(given);
  } catch (error) {
    if (refusal) return refused(refusal.problem);
    throw error;
  }
}

/** What was uploaded lies at the path where it was: to lie elsewhere it is written anew. */
async function openMovable(
  archive: Collected,
  { store, isMoved }: { store: ArtifactStore; isMoved: boolean },
): Promise<Collected> {
  return archive.type === 'uploaded' && isMoved
    ? await openStored(store, archive.digest)
    : archive;
}

/** An artifact is what the stage has made: one that lies there as it was delivered is none. */
async function whyNotWritten(
  options: { store: ArtifactStore; path: string; delivered?: Delivered },
  artifact: { written: WrittenFiles; origins?: ReadonlyMap<string, string> },
  digest: string,
): Promise<Reason | undefined> {
  const { store, path, delivered } = options;
  if (artifact.written.type !== 'none' || !delivered) {
    return undefined;
  }
  const contents = await contentsOf(await store.open(digest));
  const results = new Map(
    [...contents].map(([name, content]) => [
      artifact.origins?.get(name) ?? name,
      content,
    ]),
  );
  const part = await deliveredWith(results, delivered);
  return part && notWritten(path, part);
}
