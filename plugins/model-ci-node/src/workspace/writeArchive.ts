import { Readable } from 'node:stream';
import {
  encodeHeader,
  END_OF_ARCHIVE,
  padding,
  type EntryHeader,
} from './tarHeader';
import { printableName } from './names';

/** Bytes that wait for a reader. */
const BUFFERED = 1024 * 1024;

/** An archive while it is written. */
export interface ArchiveWriter {
  /** Resolves when the reader has room for more; rejects once it has turned away. */
  write(bytes: Buffer): Promise<void>;
}

/** A tar archive that `write` fills. An error thrown there becomes the stream's error. */
export function archiveOf(
  write: (archive: ArchiveWriter) => Promise<void>,
): Readable {
  let goOn: (() => void) | undefined;
  const wake = () => {
    goOn?.();
    goOn = undefined;
  };
  const readable = new Readable({
    highWaterMark: BUFFERED,
    read: wake,
    destroy(error, done) {
      wake();
      done(error);
    },
  });
  // Kept by the stream for whoever reads it; without a listener it would end the process
  readable.on('error', () => {});
  const archive: ArchiveWriter = {
    async write(bytes) {
      if (!readable.destroyed && !readable.push(bytes)) {
        await new Promise<void>(resolve => {
          goOn = resolve;
        });
      }
      if (readable.destroyed) {
        throw new Error('The reader of the archive has turned away');
      }
    },
  };
  write(archive).then(
    () => {
      readable.push(END_OF_ARCHIVE);
      readable.push(null);
    },
    error => readable.destroy(error),
  );
  return readable;
}

/** Writes the head of an entry, and its bytes if it is a file. */
export async function addEntry(
  archive: ArchiveWriter,
  header: EntryHeader,
  content?: AsyncIterable<Buffer>,
): Promise<void> {
  const size = content ? header.size ?? 0 : 0;
  await archive.write(encodeHeader({ ...header, size }));
  if (!content) {
    return;
  }
  let written = 0;
  for await (const chunk of content) {
    written += chunk.length;
    if (written > size) {
      break;
    }
    await archive.write(chunk);
  }
  if (written !== size) {
    throw new Error(
      `'${printableName(header.name)}' changed its size while it was read`,
    );
  }
  await archive.write(padding(size));
}
