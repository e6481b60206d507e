import { posix } from 'node:path';
import { InputError } from '@backstage/errors';
import { printableName } from './names';
import { ancestors, linkStaysInside, workspacePath } from './paths';
import type { Header } from './tarHeader';

/** What a workspace may hold, at its plain path relative to the workspace. */
export type WorkspaceEntry = { path: string; mode: number; mtime: Date } & (
  | { type: 'file'; size: number }
  | { type: 'directory' }
  /** `target` is relative to the folder of the link. */
  | { type: 'symlink'; target: string }
  /** `target` is the plain path of an entry before it. */
  | { type: 'link'; target: string }
);

// On these systems `Link` and `link` are one file
const FOLDS_CASE = ['darwin', 'win32'].includes(process.platform);

const keyOf = (path: string) =>
  FOLDS_CASE ? path.normalize('NFC').toLowerCase() : path;

/**
 * A check for the entries of one workspace, in their order. It refuses with `InputError` whatever could
 * reach outside: escaping names and links, writing through a link, devices and pipes.
 *
 * It remembers the links that it saw, because a later entry below a link would be written to where the
 * link points. So one check serves all parts of a workspace.
 */
export function admitEntries(): (
  header: Header,
  prefix: string,
) => WorkspaceEntry {
  const links = new Set<string>();

  return (header, prefix) => {
    const path = workspacePath(posix.join(prefix || '.', plainName(header)));
    const through = ancestors(path).find(parent => links.has(keyOf(parent)));
    if (through !== undefined) {
      throw new InputError(
        `'${printableName(
          path,
        )}' would be written through the link '${printableName(through)}'`,
      );
    }
    const entry = entryOf(header, path, prefix);
    if (entry.type === 'symlink') {
      links.add(keyOf(path));
    } else {
      links.delete(keyOf(path));
    }
    return entry;
  };
}

function plainName(header: Header): string {
  return workspacePath(header.name) || '.';
}

function entryOf(header: Header, path: string, prefix: string): WorkspaceEntry {
  // setuid and its like have no place in a workspace; the owner can always read and write
  const mode = header.mode & 0o777;
  const common = { path, mtime: header.mtime };
  const target = header.linkname ?? '';
  switch (header.type) {
    case 'file':
      return {
        ...common,
        type: 'file',
        mode: mode | 0o600,
        size: header.size,
      };
    case 'directory':
      return { ...common, type: 'directory', mode: mode | 0o700 };
    case 'symlink':
      if (!linkStaysInside(path, target)) {
        throw new InputError(
          `Link '${printableName(path)}' points to '${printableName(
            target,
          )}', outside of the workspace: use a relative target inside it`,
        );
      }
      return { ...common, type: 'symlink', mode: 0o777, target };
    case 'link':
      return {
        ...common,
        type: 'link',
        mode,
        target: workspacePath(
          posix.join(prefix || '.', workspacePath(target) || '.'),
        ),
      };
    default:
      throw new InputError(
        `'${printableName(path)}' is a ${
          header.type
        }: only files, folders and links can be in a workspace`,
      );
  }
}
