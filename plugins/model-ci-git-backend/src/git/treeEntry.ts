import path from 'node:path';
import { InputError } from '@backstage/errors';
import type { Header } from 'tar-stream';

/** An entry of an uploaded archive that becomes part of a commit. */
export type TreeEntry =
  | { kind: 'file'; path: string; executable: boolean; size: number }
  | { kind: 'link'; path: string; target: string };

const MAX_PATH_LENGTH = 4096;
/** Names that some file system takes for `.git`: with invisible characters, as a short name, or as a stream. */
const INVISIBLE = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
const GIT_FOLDER = /^(?:\.git|git~\d+)(?:[ .]*|:.*)$/i;

/**
 * Says what an archive's entry means for the tree: `undefined` for a folder, which git does not keep by itself.
 * Whatever could leave the tree, or harm whoever checks it out, is refused.
 */
export function readTreeEntry(header: Header): TreeEntry | undefined {
  const entryPath = checkEntryPath(header.name);
  switch (header.type) {
    case 'directory':
      return undefined;
    case 'file':
    case 'contiguous-file':
      if (entryPath === '') {
        throw new InputError('The archive holds a file without a name');
      }
      return {
        kind: 'file',
        path: entryPath,
        // eslint-disable-next-line no-bitwise
        executable: ((header.mode ?? 0) & 0o100) !== 0,
        size: header.size ?? 0,
      };
    case 'symlink':
      if (entryPath === '') {
        throw new InputError('The archive holds a link without a name');
      }
      return {
        kind: 'link',
        path: entryPath,
        target: checkLinkTarget(entryPath, header.linkname ?? ''),
      };
    default:
      throw new InputError(
        `The archive's entry ${quote(entryPath)} is a ${
          header.type ?? 'thing of unknown kind'
        }: only files, folders and symbolic links can be committed`,
      );
  }
}

function checkEntryPath(name: string): string {
  const relative = name.replace(/^(?:\.\/+)+/, '').replace(/\/+$/, '');
  if (relative === '' || relative === '.') {
    return '';
  }
  const refuse = (why: string): never => {
    throw new InputError(`The archive's entry ${quote(name)} ${why}`);
  };
  if (relative.length > MAX_PATH_LENGTH) {
    refuse(`has a path of more than ${MAX_PATH_LENGTH} characters`);
  }
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f\\\ufffd]/.test(relative)) {
    refuse('has a control character, a backslash or broken UTF-8 in its name');
  }
  for (const segment of relative.split('/')) {
    if (segment === '' || segment === '.' || segment === '..') {
      refuse('leaves the tree or is not in its simplest form');
    }
    if (GIT_FOLDER.test(segment.normalize('NFC').replace(INVISIBLE, ''))) {
      refuse("would write to git's own folder");
    }
  }
  return relative;
}

function checkLinkTarget(entryPath: string, target: string): string {
  const refuse = (why: string): never => {
    throw new InputError(
      `The archive's link ${quote(entryPath)} to ${quote(target)} ${why}`,
    );
  };
  // eslint-disable-next-line no-control-regex
  if (target === '' || /[\u0000-\u001f\u007f\\\ufffd]/.test(target)) {
    refuse('has no usable target');
  }
  // git reads these files itself: a link would make it read what somebody else chose.
  if (/^\.git/i.test(path.posix.basename(entryPath).replace(INVISIBLE, ''))) {
    refuse('must be a plain file');
  }
  const inside = path.posix.join(path.posix.dirname(entryPath), target);
  if (path.posix.isAbsolute(target) || /^\.\.(?:\/|$)/.test(inside)) {
    refuse('leads out of the tree');
  }
  if (inside.split('/').some(segment => GIT_FOLDER.test(segment))) {
    refuse("leads into git's own folder");
  }
  return target;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
