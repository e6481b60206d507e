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
import { positionsTo } from './pick';

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
    await eachOf(order, (row, i) => {
      const text = textOf(row);
      end += text?.length ?? 0;
      missing += text ? 0 : 1;
      ends[i] = text ? end : end + ABSENT;
    });
    return {
      kind: 'texts',
      count: order.length,
      missing,
      ends: this.#place(ends.byteLength, () => [littleEndian(ends)]),
      heap: this.#place(end, () => joined(order, textOf)),
    };
  }

  async numbers(numbers: Numbers): Promise<NumbersPlace> {
    const column = new Float64Array(this.order.length);
    let missing = 0;
    await eachOf(this.order, (row, i) => {
      column[i] = numbers.at(row);
      missing += Number.isNaN(column[i]) ? 1 : 0;
    });
    return {
      kind: 'numbers',
      missing,
      place: this.#place(column.byteLength, () => [littleEndian(column)]),
    };
  }

  async values({ numbers, texts }: ValueColumn): Promise<ValuesPlace> {
    if (texts.count === 0) {
      return await this.numbers(numbers);
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
    const column = new Int32Array(this.order.length);
    await eachOf(this.order, (row, i) => {
      const code = codes.at(row);
      column[i] = Number.isNaN(code) ? -1 : code;
    });
    return {
      names: await this.texts(
        row => Buffer.from(list[row]),
        positionsTo(list.length),
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

/** A loop, since `from` takes ten times as long, with pauses, since a million rows take a second. */
async function eachOf(
  order: Int32Array,
  visit: (row: number, i: number) => void,
): Promise<void> {
  for (let i = 0; i < order.length; i += 1) {
    visit(order[i], i);
    if (i % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) {
      await breathe();
    }
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
