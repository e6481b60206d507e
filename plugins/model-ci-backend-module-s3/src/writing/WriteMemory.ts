import { BufferPool } from './BufferPool';

const MEBIBYTE = 1024 * 1024;

/** What a write begins with: most blobs are small, and none of those waits behind large ones. */
export const FIRST_BYTES = 64 * 1024;

/** What all writes of a store hold together. So many parts of 8 MiB are gathered or under way at once: 32. */
const PARTS_BYTES = 256 * MEBIBYTE;
/** 256 writes begin at once. */
const FIRSTS_BYTES = 16 * MEBIBYTE;

/** The buffers of one write. */
export class LentBuffers {
  readonly #pools = new Map<Buffer, BufferPool>();

  constructor(
    private readonly firsts: BufferPool,
    private readonly parts: BufferPool,
  ) {}

  async takeFirst(): Promise<Buffer> {
    return await this.#take(this.firsts, FIRST_BYTES);
  }

  async takePart(size: number): Promise<Buffer> {
    return await this.#take(this.parts, size);
  }

  /** Of what nobody reads any more. */
  giveBack(buffer: Buffer): void {
    this.#pools.get(buffer)?.giveBack(buffer, true);
    this.#pools.delete(buffer);
  }

  /** At the end of the write. A request that failed may still read of what it was given. */
  giveBackAll(): void {
    this.#pools.forEach((pool, buffer) => pool.giveBack(buffer, false));
    this.#pools.clear();
  }

  async #take(pool: BufferPool, size: number): Promise<Buffer> {
    const buffer = await pool.take(size);
    this.#pools.set(buffer, pool);
    return buffer;
  }
}

/**
 * The memory of all writes of a store. A write holds a first buffer while it waits for one of a part, and nothing else, so
 * that no two of them wait for each other.
 */
export class WriteMemory {
  readonly #firsts: BufferPool;
  readonly #parts: BufferPool;

  constructor(
    limits: { firstsBytes: number; partsBytes: number } = {
      firstsBytes: FIRSTS_BYTES,
      partsBytes: PARTS_BYTES,
    },
  ) {
    this.#firsts = new BufferPool(limits.firstsBytes);
    this.#parts = new BufferPool(limits.partsBytes);
  }

  get held(): number {
    return this.#firsts.held + this.#parts.held;
  }

  /** For one write. */
  lend(): LentBuffers {
    return new LentBuffers(this.#firsts, this.#parts);
  }
}
