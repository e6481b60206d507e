import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import {
  addEntry,
  archiveEntries,
  archiveOf,
  type Header,
} from '@model-ci/backstage-plugin-model-ci-node';

const GZIP = [0x1f, 0x8b];

/**
 * One folder of a repository as code hosts archive it: a tar archive, compressed or not, in which everything lies in a
 * folder of the host's choice. Every entry of the folder is in the answer, with the bytes of its name; whoever stores the tree
 * refuses what may not be there, by its name.
 */
export function folderOfArchive(archive: Readable, folder: string): Readable {
  const tree = archiveOf(async output => {
    for await (const entry of archiveEntries(await decompress(archive))) {
      const name = nameBelow(folder, entry.header.name);
      if (name !== undefined) {
        const header = headerBelow(folder, name, entry.header);
        await addEntry(output, header, header.size ? entry : undefined);
      }
    }
  });
  // Also while the host sends nothing, when nobody would notice that the reader has turned away.
  return tree.once('close', () => archive.destroy());
}

function headerBelow(folder: string, name: string, header: Header): Header {
  const { type, linkname } = header;
  return {
    ...header,
    name,
    // A hard link names its target as the archive does, a symbolic one as seen from where it lies.
    ...(type === 'link' &&
      linkname !== undefined && {
        linkname: nameBelow(folder, linkname) ?? linkname,
      }),
  };
}

/** Undefined for the folder itself, and for what does not lie in it. */
function nameBelow(folder: string, name: string): string | undefined {
  const path = name.slice(name.indexOf('/') + 1);
  const prefix = folder && `${folder}/`;
  return name.includes('/') && path.startsWith(prefix)
    ? path.slice(prefix.length) || undefined
    : undefined;
}

async function decompress(archive: Readable): Promise<Readable> {
  const chunks = archive[Symbol.asyncIterator]();
  let start: Buffer = Buffer.alloc(0);
  while (start.length < GZIP.length) {
    const { value, done } = await chunks.next();
    if (done) {
      break;
    }
    start = Buffer.concat([start, toBuffer(value)]);
  }
  async function* whole() {
    yield start;
    for await (const chunk of chunks) {
      yield toBuffer(chunk);
    }
  }
  const bytes = Readable.from(whole(), { objectMode: false });
  return GZIP.every((byte, at) => start[at] === byte)
    ? // Whoever reads the answer sees the error too.
      pipeline(bytes, createGunzip(), () => {})
    : bytes;
}

/** Readers answer with Node's streams and with those of the web, whose chunks are not Buffers. */
function toBuffer(chunk: unknown): Buffer {
  if (!(chunk instanceof Uint8Array)) {
    throw new TypeError(
      'The code host answered with something else than bytes',
    );
  }
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
