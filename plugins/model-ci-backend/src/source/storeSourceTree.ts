import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { InputError } from '@backstage/errors';
import {
  addEntry,
  ancestors,
  archiveEntries,
  archiveOf,
  printableName,
  storedHeader,
  type ArchiveEntry,
  type ArchiveWriter,
  type ArtifactStore,
  type EntryHeader,
  type Header,
} from '@model-ci/backstage-plugin-model-ci-node';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { withReason } from '../withReason';

export interface StoredFile {
  /** `sha256:` and 64 hexadecimal digits. */
  digest: string;
  size: number;
}

export interface StoredSourceTree {
  /** Artifact with the tree, as a tar archive that is safe to unpack. */
  digest: string;
  /** Files by path, with what they hold. */
  files: Map<string, StoredFile>;
}

export interface SourceTreeLimits {
  maxBytes: number;
  maxEntries: number;
}

/**
 * Puts a source tree into the artifact store, entry by entry, as it comes. Only files, folders, and links that stay
 * inside the tree go in; anything else is refused with an `InputError`, as is a tree beyond the limits.
 */
export async function storeSourceTree(
  tree: Readable,
  options: { store: ArtifactStore; limits: SourceTreeLimits },
): Promise<StoredSourceTree> {
  const files: StoredSourceTree['files'] = new Map();
  let failure: { error: unknown } | undefined;
  const content = archiveOf(archive =>
    copyEntries(tree, archive, options.limits, files).catch(error => {
      failure = { error };
      throw error;
    }),
  );
  try {
    const { digest } = await options.store.write(content);
    return { digest, files };
  } catch (error) {
    // What is wrong with the tree comes first: it is why the store failed too.
    throw failure ? failure.error : error;
  }
}

async function copyEntries(
  tree: Readable,
  archive: ArchiveWriter,
  limits: SourceTreeLimits,
  files: StoredSourceTree['files'],
): Promise<void> {
  const links = new Set<string>();
  const checkSize = countEntries(limits);
  for await (const entry of archiveEntries(tree)) {
    checkSize(entry.header);
    const header = safeHeader(entry.header, links);
    const { name } = header;
    if (header.type === 'file') {
      files.set(name, await copyFile(entry, archive, header));
    } else if (name !== './') {
      await addEntry(archive, header);
    }
  }
}

function countEntries(limits: SourceTreeLimits): (header: Header) => void {
  let bytes = 0;
  let count = 0;
  return header => {
    bytes += header.size;
    count += 1;
    if (bytes > limits.maxBytes || count > limits.maxEntries) {
      throw withReason(
        InputError,
        reason('source.tooLarge', {
          maxBytes: limits.maxBytes,
          maxFiles: limits.maxEntries,
        }),
      );
    }
  };
}

async function copyFile(
  entry: ArchiveEntry,
  archive: ArchiveWriter,
  header: EntryHeader,
): Promise<StoredFile> {
  const hash = createHash('sha256');
  async function* watched() {
    for await (const chunk of entry) {
      hash.update(chunk);
      yield chunk;
    }
  }
  await addEntry(archive, header, watched());
  const { size } = entry.header;
  return { digest: `sha256:${hash.digest('hex')}`, size };
}

/**
 * The name relative to the tree's root; empty for the root itself. Nothing may lie behind a link: its name
 * does not show where it would end up.
 */
function checkName(name: string, links: ReadonlySet<string>): string {
  // What is no UTF-8 was read as this, so that two names become one.
  if (name.includes('\uFFFD')) {
    throw withReason(InputError, reason('source.notUtf8', { name }));
  }
  const normal = posix.normalize(name).replace(/\/$/, '');
  if (
    name.includes('\0') ||
    normal.startsWith('/') ||
    normal === '..' ||
    normal.startsWith('../') ||
    ancestors(normal).some(folder => links.has(folder))
  ) {
    throw withReason(
      InputError,
      reason('source.outside', { name: printableName(name) }),
    );
  }
  return normal === '.' ? '' : normal;
}

/** A target that goes up only at its beginning, and not beyond the tree's root. */
function checkTarget(name: string, target: string): void {
  const inside = posix.join(posix.dirname(name), target);
  if (
    target === '' ||
    target.includes('\0') ||
    posix.isAbsolute(target) ||
    inside === '..' ||
    inside.startsWith('../') ||
    goesUpLater(target)
  ) {
    throw withReason(
      InputError,
      reason('source.linkOut', {
        name: printableName(name),
        target: printableName(target),
      }),
    );
  }
}

function safeHeader(header: Header, links: Set<string>): EntryHeader {
  const name = checkName(header.name, links);
  const { type, size, mode, linkname = '' } = header;
  if (name === '') {
    return storedHeader({ name, type: 'directory' });
  }
  switch (type) {
    case 'file':
      return storedHeader({ name, type, size, mode });
    case 'directory':
      return storedHeader({ name, type });
    case 'symlink':
      checkTarget(name, linkname);
      links.add(name);
      return storedHeader({ name, type, linkname });
    case 'link':
      return storedHeader({ name, type, linkname: checkName(linkname, links) });
    default:
      throw withReason(
        InputError,
        reason('source.oddEntry', {
          name: printableName(name),
          type: String(type),
        }),
      );
  }
}

/** Behind the name of another link, `..` would go up from wherever that one leads. */
function goesUpLater(target: string): boolean {
  const parts = target.split('/').filter(part => part !== '.' && part !== '');
  const down = parts.findIndex(part => part !== '..');
  return down !== -1 && parts.indexOf('..', down) !== -1;
}
