import { isError } from '@backstage/errors';
import {
  archiveEntries,
  type ArtifactStore,
} from '@model-ci/backstage-plugin-model-ci-node';
import { contentOf } from './delivered';
import { plainPath } from './workspacePaths';

/** Written for people, so that no stage is expected to read it. Prompts may end in `.md` as well: only these names count. */
const DOCUMENTATION = [
  /(^|\/)(readme|changelog|contributing|licen[cs]e|notice|authors|code_of_conduct|security)(\.(md|rst|adoc|txt))?$/i,
  /^docs\/.*\.(md|rst|adoc)$/i,
];

/**
 * Whether two archives of a repository hold the same files, leaving out documentation. Where one is gone nobody knows,
 * so that the answer is no.
 */
export async function haveSameSource(
  store: Pick<ArtifactStore, 'open'>,
  [a, b]: [string, string],
): Promise<boolean> {
  if (a === b) {
    return true;
  }
  try {
    const before = await filesOf(store, a);
    const now = await filesOf(store, b);
    return (
      before.size === now.size &&
      [...before].every(([name, content]) => now.get(name) === content)
    );
  } catch (error) {
    if (isError(error) && error.name === 'NotFoundError') {
      return false;
    }
    throw error;
  }
}

/** What each file holds and whether it may be executed, where each link leads, and which folders there are. */
async function filesOf(
  store: Pick<ArtifactStore, 'open'>,
  digest: string,
): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const entry of archiveEntries(await store.open(digest))) {
    const { type, mode } = entry.header;
    const name = plainPath(entry.header.name) ?? entry.header.name;
    if (!DOCUMENTATION.some(pattern => pattern.test(name))) {
      files.set(name, `${type} ${mode} ${await contentOf(entry)}`);
    }
  }
  return files;
}
