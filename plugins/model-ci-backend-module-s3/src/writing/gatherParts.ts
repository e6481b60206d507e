import { FIRST_BYTES, type LentBuffers } from './WriteMemory';

/** A piece of a stream that is uploaded by itself. */
export interface Part {
  /** Counted from 1. */
  number: number;
  bytes: Buffer;
  isLast: boolean;
  /** Of the memory of its write: given back once nobody reads its bytes any more. */
  buffer: Buffer;
}

/**
 * Cuts a stream into parts of the sizes wanted; only the last one is smaller. An empty stream has none. A part comes once it
 * is known whether it is the last one, and memory for another is taken after that: whoever waits for memory holds no part
 * that nobody works on.
 */
export async function* gatherParts(
  content: AsyncIterable<Buffer>,
  sizeOf: (number: number) => number,
  buffers: LentBuffers,
): AsyncGenerator<Part, void> {
  let number = 1;
  let buffer: Buffer | undefined;
  let filled = 0;
  for await (const chunk of content) {
    for (let at = 0; at < chunk.length; ) {
      const size = sizeOf(number);
      if (buffer && filled === size) {
        const bytes = buffer.subarray(0, filled);
        yield { number, bytes, isLast: false, buffer };
        number += 1;
        buffer = undefined;
        filled = 0;
        continue;
      }
      const wanted = Math.min(size, filled + chunk.length - at);
      if (!buffer || buffer.length < wanted) {
        buffer = await grow(buffer, { number, size, wanted, filled, buffers });
      }
      const copied = chunk.copy(buffer, filled, at, at + wanted - filled);
      at += copied;
      filled += copied;
    }
  }
  if (buffer && filled > 0) {
    const bytes = buffer.subarray(0, filled);
    yield { number, bytes, isLast: true, buffer };
  }
}

/** A small blob needs little: only a first part that outgrows the first buffer gets one of its size. */
async function grow(
  before: Buffer | undefined,
  part: {
    number: number;
    size: number;
    wanted: number;
    filled: number;
    buffers: LentBuffers;
  },
): Promise<Buffer> {
  const { number, size, wanted, filled, buffers } = part;
  if (number === 1 && wanted <= FIRST_BYTES) {
    return await buffers.takeFirst();
  }
  const buffer = await buffers.takePart(size);
  if (before) {
    before.copy(buffer, 0, 0, filled);
    buffers.giveBack(before);
  }
  return buffer;
}
