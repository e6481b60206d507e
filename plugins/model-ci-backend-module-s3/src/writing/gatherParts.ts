/** A piece of a stream that is uploaded by itself. */
export interface Part {
  /** Counted from 1. */
  number: number;
  bytes: Buffer;
}

/** What a first part begins with: most blobs are small. */
const FIRST_BYTES = 64 * 1024;

/** Buffers of parts that are used again: garbage of their size is collected late. */
export class PartBuffers {
  readonly #free: Buffer[] = [];

  take(size: number): Buffer {
    const index = this.#free.findIndex(({ length }) => length === size);
    return index < 0
      ? Buffer.allocUnsafeSlow(size)
      : this.#free.splice(index, 1)[0];
  }

  /** Of a part that nobody reads any more. */
  giveBack(buffer: Buffer): void {
    this.#free.push(buffer);
  }
}

/** Cuts a stream into parts of the sizes wanted; only the last one is smaller. An empty stream has none. */
export async function* gatherParts(
  content: AsyncIterable<Buffer>,
  sizeOf: (number: number) => number,
  buffers: PartBuffers,
): AsyncGenerator<Part, void> {
  let number = 1;
  let buffer = Buffer.alloc(0);
  let filled = 0;
  for await (const chunk of content) {
    for (let at = 0; at < chunk.length; ) {
      const size = sizeOf(number);
      const wanted = Math.min(size, filled + chunk.length - at);
      if (buffer.length < wanted) {
        buffer = grow(buffer, wanted, { number, size, buffers });
      }
      const copied = chunk.copy(buffer, filled, at, at + wanted - filled);
      at += copied;
      filled += copied;
      if (filled === size) {
        yield { number, bytes: buffer };
        number += 1;
        buffer = Buffer.alloc(0);
        filled = 0;
      }
    }
  }
  if (filled > 0) {
    yield { number, bytes: buffer.subarray(0, filled) };
  }
}

/** The first part doubles, so that a small blob needs little; those after it have their size at once. */
function grow(
  buffer: Buffer,
  wanted: number,
  part: { number: number; size: number; buffers: PartBuffers },
): Buffer {
  const { number, size, buffers } = part;
  const doubled = Math.max(wanted, 2 * buffer.length, FIRST_BYTES);
  const larger =
    number > 1 || doubled >= size
      ? buffers.take(size)
      : Buffer.allocUnsafeSlow(doubled);
  buffer.copy(larger);
  return larger;
}
