import { buffer } from 'node:stream/consumers';
import { endianness } from 'node:os';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import { breathe, ROWS_AT_ONCE } from './breathe';
import { ABSENT, type Place, type TextsPlace } from './format';
import type { Column, KeepColumn } from './keptColumns';

export type RangeStore = Pick<ArtifactStore, 'open'>;

/** Reads pieces of the columns of one file. */
export class BlobReader {
  constructor(
    private readonly store: RangeStore,
    private readonly digest: string,
    /** Where the columns begin. */
    private readonly origin: number,
    private readonly keep?: KeepColumn,
  ) {}

  /** Whether a column that is read whole need not be read again. */
  get keeps(): boolean {
    return this.keep !== undefined;
  }

  async bytes({ start, size }: Place): Promise<Buffer> {
    if (size === 0) {
      return Buffer.alloc(0);
    }
    const first = this.origin + start;
    const bytes = await readRange(this.store, this.digest, first, size);
    if (bytes.length !== size) {
      throw new Error(
        `The example set ${this.digest} ends at byte ${
          first + bytes.length
        }; a column goes on to ${first + size}`,
      );
    }
    return bytes;
  }

  async float64(place: Place): Promise<Float64Array> {
    return await this.#column(
      place,
      async () => new Float64Array(await this.#elements(place, 8)),
    );
  }

  async int32(place: Place): Promise<Int32Array> {
    return await this.#column(
      place,
      async () => new Int32Array(await this.#elements(place, 4)),
    );
  }

  async uint32(place: Place): Promise<Uint32Array> {
    return await this.#column(
      place,
      async () => new Uint32Array(await this.#elements(place, 4)),
    );
  }

  /** The UTF-8 of all texts of a column. */
  async heap({ heap }: TextsPlace): Promise<Buffer> {
    return await this.#column(heap, async () => await this.bytes(heap));
  }

  async texts(place: TextsPlace): Promise<string[]> {
    const ends = await this.uint32(place.ends);
    const heap = await this.heap(place);
    const texts = new Array<string>(ends.length);
    let start = 0;
    for (let i = 0; i < ends.length; i += 1) {
      const end = endOf(ends, i);
      texts[i] = heap.toString('utf8', start, end);
      start = end;
      if (i % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) {
        await breathe();
      }
    }
    return texts;
  }

  async #column<T extends Column>(
    { start, size }: Place,
    read: () => Promise<T>,
  ): Promise<T> {
    return this.keep && size > 0
      ? await this.keep(`${this.digest} ${start}`, read)
      : await read();
  }

  /** A copy, since elements are aligned in memory and bytes are not. */
  async #elements(place: Place, width: 4 | 8): Promise<ArrayBuffer> {
    const bytes = await this.bytes(place);
    const elements = new ArrayBuffer(bytes.length);
    const copy = Buffer.from(elements);
    bytes.copy(copy);
    if (endianness() === 'BE') {
      swap(copy, width);
    }
    return elements;
  }
}

function swap(bytes: Buffer, width: 4 | 8): Buffer {
  return width === 8 ? bytes.swap64() : bytes.swap32();
}

/** Where the text of a row ends in the heap; it begins where the one before ends. */
export function endOf(ends: Uint32Array, row: number): number {
  return row < 0 ? 0 : ends[row] % ABSENT;
}

export function isAbsent(ends: Uint32Array, row: number): boolean {
  return ends[row] >= ABSENT;
}

export async function readRange(
  store: RangeStore,
  digest: string,
  start: number,
  size: number,
): Promise<Buffer> {
  return await buffer(
    await store.open(digest, { start, end: start + size - 1 }),
  );
}
