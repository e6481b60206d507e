import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import {
  addEntry,
  ancestors,
  archiveEntries,
  archiveOf,
  printableName,
  storedHeader,
  type ArchiveEntry,
  type EntryHeader,
} from '@model-ci/backstage-plugin-model-ci-node';
import { RefusedContentError } from './RefusedContentError';
import { isAtOrBelow, plainPath } from './workspacePaths';

/**
 * Writes the archive of one workspace path anew, so that equal content has equal bytes whenever and by
 * whomever it was made, see `storedHeader`. The stream ends in a `RefusedContentError` at what must not be unpacked elsewhere: links that leave the
 * workspace, devices, pipes.
 */
export function normaliseTar(archive: Readable, path: string): Readable {
  return archiveOf(async output => {
    const symlinks = new Set<string>();
    let entries = 0;
    for await (const entry of archiveEntries(archive)) {
      entries += 1;
      const header = normaliseHeader(entry.header, path, symlinks);
      await addEntry(
        output,
        header,
        header.type === 'file' ? entry : undefined,
      );
    }
    if (entries === 0) {
      throw new Error(`The executor sent an archive without '${path || '.'}'`);
    }
  });
}

function normaliseHeader(
  header: ArchiveEntry['header'],
  path: string,
  symlinks: Set<string>,
): EntryHeader {
  const name = plainPath(header.name);
  if (name === undefined || !isAtOrBelow(name, path)) {
    throw new Error(
      `The executor sent '${header.name}' in an archive of '${path || '.'}'`,
    );
  }
  refuseWayThroughLink(name, symlinks);
  const { type, size, mode, linkname = '' } = header;
  switch (type) {
    case 'file':
      return storedHeader({ name, type, size, mode });
    case 'directory':
      return storedHeader({ name, type });
    case 'symlink': {
      const target = checkSymlink(name, linkname);
      symlinks.add(name);
      return storedHeader({ name, type, linkname: target });
    }
    case 'link': {
      const target = checkHardLink(name, linkname, path, symlinks);
      return storedHeader({ name, type, linkname: target });
    }
    default:
      throw new RefusedContentError(
        `'${printableName(
          name,
        )}' is a ${type}: only files, folders and links within the workspace can be kept`,
      );
  }
}

/**
 * A link is taken as text, since what it passes through may lie in another archive. `..` is allowed in front
 * only: there it climbs real folders, while after a name it would climb from wherever a link of that name leads.
 */
function checkSymlink(name: string, target: string): string {
  const segments = target
    .split('/')
    .filter(part => part !== '' && part !== '.');
  const descent = segments.findIndex(part => part !== '..');
  const climbsLate = descent >= 0 && segments.lastIndexOf('..') > descent;
  const leaves =
    target === '' ||
    posix.isAbsolute(target) ||
    plainPath(posix.join(posix.dirname(name), target)) === undefined;
  if (leaves || climbsLate) {
    throw new RefusedContentError(
      `'${printableName(name)}' is a link to '${printableName(
        target,
      )}', which leaves the workspace: link to a path within it, relative to the link, or copy the file`,
    );
  }
  return target;
}

function checkHardLink(
  name: string,
  target: string,
  path: string,
  symlinks: Set<string>,
): string {
  const file = plainPath(target);
  if (!file || !isAtOrBelow(file, path) || symlinks.has(file)) {
    throw new RefusedContentError(
      `'${printableName(name)}' is a hard link to '${printableName(
        target,
      )}', which is no file of the artifact: copy the file`,
    );
  }
  refuseWayThroughLink(file, symlinks);
  return file;
}

function refuseWayThroughLink(name: string, symlinks: Set<string>): void {
  if (symlinks.size === 0) return;
  const link = ancestors(name).find(folder => symlinks.has(folder));
  if (link !== undefined) {
    throw new RefusedContentError(
      `'${printableName(name)}' lies behind the link '${printableName(
        link,
      )}': an archive must not write through a link`,
    );
  }
}
