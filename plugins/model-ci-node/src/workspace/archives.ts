import { posix } from 'node:path';
import { Readable, pipeline } from 'node:stream';
import { pipeline as pipe } from 'node:stream/promises';
import { extract, pack, type Header, type Pack } from 'tar-stream';
import { admitEntries, type WorkspaceEntry } from './admitEntries';
import { workspacePath } from './paths';

/** An entry while its archive is read. */
export interface ArchiveEntry extends AsyncIterable<Buffer> {
  header: Header;
  /** Passes over the bytes. */
  resume(): void;
}

/** The head of an entry that is written. */
export type EntryHeader = Partial<Header> & Pick<Header, 'name'>;

/** The entries of a tar archive. Each entry's bytes must be read before the next one comes. */
export async function* archiveEntries(
  archive: Readable,
): AsyncGenerator<ArchiveEntry, void> {
  const entries = extract();
  // An error of the archive ends the iteration below, so it need not be handled twice
  pipeline(archive, entries, () => {});
  try {
    for await (const entry of entries) {
      yield {
        header: entry.header,
        resume: () => void entry.resume(),
        [Symbol.asyncIterator]: () => buffersOf(entry),
      };
    }
  } finally {
    archive.destroy();
  }
}

async function* buffersOf(
  chunks: AsyncIterable<unknown>,
): AsyncGenerator<Buffer, void> {
  for await (const chunk of chunks) {
    if (!Buffer.isBuffer(chunk)) {
      throw new TypeError('A tar archive is read from a stream of bytes');
    }
    yield chunk;
  }
}

/** A tar archive that `write` fills. An error thrown there becomes the stream's error. */
export function archiveOf(write: (archive: Pack) => Promise<void>): Readable {
  const archive = pack();
  write(archive).then(
    () => archive.finalize(),
    error => archive.destroy(error),
  );
  // tar-stream's streams are not Node's own; callers get one that is
  const readable = Readable.from(archive, { objectMode: false });
  // A caller that turns away ends the writing, too, even before the first read
  readable.once('close', () => archive.destroy());
  return readable;
}

/** Writes the head of an entry, and its bytes if it is a file. */
export async function addEntry(
  archive: Pack,
  header: EntryHeader,
  content?: AsyncIterable<Buffer>,
): Promise<void> {
  if (!content) {
    await new Promise<void>((resolve, reject) => {
      const sink = archive.entry({ ...header, size: 0 }, error =>
        error ? reject(error) : resolve(),
      );
      // Also an empty file is not complete before its end; entries of other types complete themselves
      if ((header.type ?? 'file') === 'file') {
        sink.end(null);
      }
    });
    return;
  }
  await pipe(content, archive.entry(header));
}

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
 * A tar archive with the entries of another one, each checked and placed elsewhere: `from` is the folder
 * that their names begin with and lose, `to` the folder of the workspace that they get. `InputError`
 * ends the stream where an entry would leave the workspace.
 */
export function workspaceArchive(
  archive: Readable,
  place: { from?: string; to?: string },
): Readable {
  const { from = '', to = '' } = place;
  const strip = (name: string) =>
    from ? posix.relative(from, workspacePath(name)) || '.' : name;
  return archiveOf(async out => {
    const admit = admitEntries();
    for await (const entry of archiveEntries(archive)) {
      const { header } = entry;
      const admitted = admit(
        {
          ...header,
          name: strip(header.name),
          linkname:
            header.type === 'link' ? strip(header.linkname) : header.linkname,
        },
        to,
      );
      if (admitted.type !== 'file') {
        entry.resume();
      }
      if (admitted.path !== '') {
        await addEntry(
          out,
          headerOf(admitted),
          admitted.type === 'file' ? entry : undefined,
        );
      }
    }
  });
}
