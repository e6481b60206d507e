import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { admitEntries, type WorkspaceEntry } from './admitEntries';
import { relativeTarget, workspacePath } from './paths';
import { archiveEntries } from './readArchive';
import type { EntryHeader, EntryType } from './tarHeader';
import { addEntry, archiveOf } from './writeArchive';

/** The tar header for an entry of a workspace. */
export function headerOf(entry: WorkspaceEntry): EntryHeader {
  const { path, mode, mtime } = entry;
  switch (entry.type) {
    case 'file':
      return { name: path, type: 'file', mode, mtime, size: entry.size };
    case 'directory':
      return { name: `${path}/`, type: 'directory', mode, mtime };
    case 'symlink':
    case 'link':
      return {
        name: path,
        type: entry.type,
        mode,
        mtime,
        linkname: entry.target,
      };
    default:
      throw new Error(`Unknown entry ${JSON.stringify(entry)}`);
  }
}

/**
 * A tar archive with the entries of another one, each checked and placed elsewhere: `from` is the folder that their names
 * begin with and lose, `to` the folder of the workspace that they get, and `root` where that workspace was, so that
 * absolute links into it become relative ones. `InputError` ends the stream where an entry would leave the workspace.
 */
export function workspaceArchive(
  archive: Readable,
  place: { from?: string; to?: string; root?: string },
): Readable {
  const { from = '', to = '', root } = place;
  const strip = (name: string) =>
    from ? posix.relative(from, workspacePath(name)) || '.' : name;
  const targetOf = (type: EntryType, name: string, target: string) => {
    if (type === 'link') {
      return strip(target);
    }
    return type === 'symlink' && root !== undefined
      ? relativeTarget(posix.join(to, name), target, [root])
      : target;
  };
  const placed = archiveOf(async out => {
    const admit = admitEntries();
    for await (const entry of archiveEntries(archive)) {
      const { header } = entry;
      const { linkname = '' } = header;
      const admitted = admit(
        {
          ...header,
          name: strip(header.name),
          linkname: targetOf(header.type, strip(header.name), linkname),
        },
        to,
      );
      if (admitted.path !== '') {
        await addEntry(
          out,
          headerOf(admitted),
          admitted.type === 'file' ? entry : undefined,
        );
      }
    }
  });
  placed.once('close', () => archive.destroy());
  return placed;
}
