import type {
  ArtifactStore,
  Executor,
  Handle,
} from '@model-ci/backstage-plugin-model-ci-node';
import { openCollected } from './openCollected';
import { RefusedContentError } from './RefusedContentError';
import { normaliseTar } from './normaliseTar';
import type { CollectedArtifact } from './types';
import { plainPath } from './workspacePaths';

export type CollectedArtifactResult =
  | { type: 'stored'; artifact: CollectedArtifact }
  | { type: 'refused'; problem: string };

/** Streams one declared artifact of a finished attempt into the store. */
export async function collectArtifact(options: {
  executor: Pick<Executor, 'collect'>;
  handle: Handle;
  store: ArtifactStore;
  name: string;
  path: string;
}): Promise<CollectedArtifactResult> {
  const { executor, handle, store, name } = options;
  const refused = (reason: string): CollectedArtifactResult => ({
    type: 'refused',
    problem: `Artifact '${name}' (${options.path}): ${reason}`,
  });

  const path = plainPath(options.path);
  if (path === undefined) {
    return refused('the path leaves the workspace');
  }
  const archive = await openCollected(executor, handle, path || '.');
  switch (archive.type) {
    case 'missing':
      return refused(
        `nothing is there after the command; let the stage write it, or correct the path under 'artifacts'`,
      );
    case 'refused':
      return refused(archive.reason);
    case 'uploaded':
      return await keepUploaded(options, path, archive.digest);
    default:
  }

  let refusal: RefusedContentError | undefined;
  const content = normaliseTar(archive.stream, path);
  content.once('error', error => {
    // A store may wrap the error of the stream that it reads.
    if (error instanceof RefusedContentError) refusal = error;
  });
  try {
    const blob = await store.write(content);
    return { type: 'stored', artifact: { name, path: path || '.', ...blob } };
  } catch (error) {
    const problem = refusal?.problem ?? archive.refusal();
    if (problem !== undefined) return refused(problem);
    throw error;
  }
}

/** An upload was brought into the one form of archives when it came, so nothing has to be read again. */
async function keepUploaded(
  { store, name }: { store: ArtifactStore; name: string },
  path: string,
  digest: string,
): Promise<CollectedArtifactResult> {
  const size = await store.size(digest);
  if (size === undefined) {
    throw new Error(`The uploaded artifact ${digest} is not in the store`);
  }
  return {
    type: 'stored',
    artifact: { name, path: path || '.', digest, size },
  };
}
