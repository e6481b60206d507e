import { endianness } from 'node:os';
import { breathe, ROWS_AT_ONCE } from './breathe';
import type { LabelColumn, ValueColumn } from './ExampleColumns';
import {
  ABSENT,
  type LabelsPlace,
  type NumbersPlace,
  type Place,
  type TextsPlace,
  type ValuesPlace,
} from './format';
import type { Numbers } from './growing';

type TextOf = (row: number) => Buffer | undefined;

/** Joined before they are handed on, since texts are small. */
const CHUNK_BYTES = 256 * 1024;

/** Columns one after the other, in one order of their rows. Heaps of texts are made when they are written. */
export class Layout {
  readonly #parts: Array<() => Iterable<Buffer>> = [];
  #end = 0;

  constructor(private readonly order: Int32Array) {}

  async texts(textOf: TextOf, order = this.order): Promise<TextsPlace> {
    const ends = new Uint32Array(order.length);
    let end = 0;
    let missing = 0;
    for (let i = 0; i < order.length; i += 1) {
      const text = textOf(order[i]);
      end += text?.length ?? 0;
      missing += text ? 0 : 1;
      ends[i] = text ? end : end + ABSENT;
      if (i % ROWS_AT_ONCE === 0) {
        await breathe();
      }
    }
    return {
      kind: 'texts',
      count: order.length,
      missing,
      ends: this.#place(ends.byteLength, () => [littleEndian(ends)]),
      heap: this.#place(end, () => joined(order, textOf)),
    };
  }

  numbers(numbers: Numbers): NumbersPlace {
    const column = Float64Array.from(this.order, row => numbers.at(row));
    return {
      kind: 'numbers',
      missing: column.reduce(
        (n, value) => n + (Number.isNaN(value) ? 1 : 0),
        0,
      ),
      place: this.#place(column.byteLength, () => [littleEndian(column)]),
    };
  }

  async values({ numbers, texts }: ValueColumn): Promise<ValuesPlace> {
    if (texts.count === 0) {
      return this.numbers(numbers);
    }
    return await this.texts(row => {
      const number = numbers.at(row);
      return (
        texts.at(row) ??
        (Number.isNaN(number) ? undefined : Buffer.from(String(number)))
      );
    });
  }

  async labels({ names, codes }: LabelColumn): Promise<LabelsPlace> {
    const list = [...names.keys()];
    const column = Int32Array.from(this.order, row => {
      const code = codes.at(row);
      return Number.isNaN(code) ? -1 : code;
    });
    return {
      names: await this.texts(
        row => Buffer.from(list[row]),
        Int32Array.from(list, (_, i) => i),
      ),
      codes: this.#place(column.byteLength, () => [littleEndian(column)]),
    };
  }

  /** All that was placed, once. */
  *bytes(): Iterable<Buffer> {
    for (const part of this.#parts) {
      yield* part();
    }
  }

  #place(size: number, part: () => Iterable<Buffer>): Place {
    const place = { start: this.#end, size };
    this.#end += size;
    this.#parts.push(part);
    return place;
  }
}

function* joined(order: Int32Array, textOf: TextOf): Iterable<Buffer> {
  let texts: Buffer[] = [];
  let size = 0;
  for (const row of order) {
    const text = textOf(row);
    if (text) {
      texts.push(text);
      size += text.length;
    }
    if (size >= CHUNK_BYTES) {
      yield Buffer.concat(texts);
      texts = [];
      size = 0;
    }
  }
  if (size > 0) {
    yield Buffer.concat(texts);
  }
}

/** The bytes of an array that is not used any more. */
function littleEndian(array: Float64Array | Int32Array | Uint32Array): Buffer {
  const bytes = Buffer.from(array.buffer, array.byteOffset, array.byteLength);
  return endianness() === 'LE' ? bytes : swap(bytes, array.BYTES_PER_ELEMENT);
}

function swap(bytes: Buffer, width: number): Buffer {
  return width === 8 ? bytes.swap64() : bytes.swap32();
}
