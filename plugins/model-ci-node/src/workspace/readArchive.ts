import type { Readable } from 'node:stream';
import {
  BLOCK,
  completeHeader,
  decodeHeader,
  decodePax,
  type Header,
  type RawHeader,
} from './tarHeader';

/** An entry while its archive is read. */
export interface ArchiveEntry extends AsyncIterable<Buffer> {
  header: Header;
  /** Says that the bytes are passed over, which also happens without. */
  resume(): void;
}

/** No name or attribute needs more; what announces more is an attack. */
const MAX_ANNOUNCEMENT = 1024 * 1024;

/** The bytes of an archive, in pieces of the size that is asked for. */
class ArchiveBytes {
  readonly #chunks: AsyncIterator<unknown>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(archive: Readable) {
    this.#chunks = archive[Symbol.asyncIterator]();
  }

  /** Exactly so many bytes. */
  async take(count: number): Promise<Buffer> {
    const first =
      count === 0 ? this.#rest.subarray(0, 0) : await this.some(count);
    if (first.length === count) {
      return first;
    }
    const parts = [first];
    for (let left = count - first.length; left > 0; ) {
      const part = await this.some(left);
      parts.push(part);
      left -= part.length;
    }
    return Buffer.concat(parts);
  }

  /** Some bytes, at most so many. */
  async some(most: number): Promise<Buffer> {
    while (this.#rest.length === 0) {
      if (!(await this.#fill())) {
        throw new Error('Unexpected end of the tar archive');
      }
    }
    const bytes = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(bytes.length);
    return bytes;
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      left -= (await this.some(left)).length;
    }
  }

  async drain(): Promise<void> {
    while (await this.#fill()) {
      // Until the end
    }
  }

  async #fill(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done) {
      return false;
    }
    if (!Buffer.isBuffer(value)) {
      throw new TypeError('A tar archive is read from a stream of bytes');
    }
    this.#rest = value;
    return true;
  }
}

/** The bytes of one entry. */
class EntryBytes {
  #left: number;
  readonly #padding: number;

  constructor(private readonly bytes: ArchiveBytes, size: number) {
    this.#left = size;
    this.#padding = paddingOf(size);
  }

  async *read(): AsyncGenerator<Buffer, void> {
    while (this.#left > 0) {
      const chunk = await this.bytes.some(this.#left);
      this.#left -= chunk.length;
      yield chunk;
    }
  }

  async skip(): Promise<void> {
    await this.bytes.skip(this.#left + this.#padding);
    this.#left = 0;
  }
}

/** Headers that say something about the entry behind them. */
class Announcements {
  #global = new Map<string, Buffer>();
  #next = new Map<string, Buffer>();

  isAnnouncement({ flag }: RawHeader): boolean {
    return ['x', 'g', 'L', 'K'].includes(flag);
  }

  async read(raw: RawHeader, bytes: ArchiveBytes): Promise<void> {
    if (!(raw.size <= MAX_ANNOUNCEMENT)) {
      throw new Error(
        'The tar archive has an extended header that is too long',
      );
    }
    const content = Buffer.from(await bytes.take(raw.size));
    await bytes.skip(paddingOf(raw.size));
    if (raw.flag === 'g') {
      this.#global = new Map([...this.#global, ...decodePax(content)]);
    } else if (raw.flag === 'x') {
      this.#next = new Map([...this.#next, ...decodePax(content)]);
    } else {
      const end = content.indexOf(0);
      const name = end < 0 ? content : content.subarray(0, end);
      this.#next.set(raw.flag === 'L' ? 'path' : 'linkpath', name);
    }
  }

  complete(raw: RawHeader): Header {
    const records = new Map([...this.#global, ...this.#next]);
    this.#next = new Map();
    return completeHeader(raw, records);
  }
}

/** The entries of a tar archive. Each entry's bytes must be read before the next one comes. */
export async function* archiveEntries(
  archive: Readable,
): AsyncGenerator<ArchiveEntry, void> {
  const bytes = new ArchiveBytes(archive);
  const announced = new Announcements();
  try {
    for (;;) {
      const raw = await readHeader(bytes);
      if (raw === 'end') {
        break;
      }
      if (announced.isAnnouncement(raw)) {
        await announced.read(raw, bytes);
        continue;
      }
      const header = announced.complete(raw);
      const body = new EntryBytes(bytes, header.size);
      yield {
        header,
        resume: () => {},
        [Symbol.asyncIterator]: () => body.read(),
      };
      await body.skip();
    }
    // What follows is padding; whoever sends it wants to be rid of it
    await bytes.drain();
  } finally {
    archive.destroy();
  }
}

async function readHeader(bytes: ArchiveBytes): Promise<RawHeader | 'end'> {
  const header = decodeHeader(await bytes.take(BLOCK));
  if (header) {
    return header;
  }
  if (decodeHeader(await bytes.take(BLOCK))) {
    throw new Error('The tar archive goes on behind its end');
  }
  return 'end';
}

function paddingOf(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}
