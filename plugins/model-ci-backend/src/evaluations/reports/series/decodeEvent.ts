import { Reader } from 'protobufjs/minimal';
import type { SeriesRow } from './Curves';

/*
 * The fields of tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto, tensor.proto and types.proto
 * in which scalars are. Their numbers never change; other fields are passed over.
 */
const EVENT = { wallTime: 1, step: 2, summary: 5 } as const;
const SUMMARY = { value: 1 } as const;
const VALUE = { tag: 1, simpleValue: 2, tensor: 8 } as const;
const TENSOR = {
  dtype: 1,
  shape: 2,
  content: 4,
  floats: 5,
  doubles: 6,
  ints: 7,
  int64s: 10,
} as const;
const SHAPE = { dimension: 2 } as const;
const DIMENSION = { size: 1 } as const;
const TYPES = { float: 1, double: 2, int32: 3, int64: 9 } as const;

/** What an event says of scalars; undefined if the bytes are no event. */
export function decodeEvent(bytes: Buffer): SeriesRow | undefined {
  try {
    return readEvent(bytes);
  } catch {
    // The reader throws plain errors for whatever it cannot read; nothing else happens here.
    return undefined;
  }
}

function readEvent(bytes: Buffer): SeriesRow {
  const event: SeriesRow = { step: 0, values: [], leftOut: 0 };
  readFields(bytes, {
    [EVENT.wallTime]: reader => {
      const time = reader.double();
      if (Number.isFinite(time) && time !== 0) event.time = time;
    },
    [EVENT.step]: reader => {
      event.step = Number(reader.int64());
    },
    [EVENT.summary]: reader => {
      readFields(reader.bytes(), {
        [SUMMARY.value]: value => readValue(value.bytes(), event),
      });
    },
  });
  return event;
}

function readValue(bytes: Uint8Array, event: SeriesRow): void {
  let tag = '';
  let scalar: number | undefined;
  readFields(bytes, {
    [VALUE.tag]: reader => {
      tag = reader.string();
    },
    [VALUE.simpleValue]: reader => {
      scalar = reader.float();
    },
    [VALUE.tensor]: reader => {
      scalar = readTensor(reader.bytes());
    },
  });
  if (scalar === undefined) {
    event.leftOut += 1;
  } else {
    event.values.push([tag, scalar]);
  }
}

/** The number of a tensor that holds one; undefined for any other. */
function readTensor(bytes: Uint8Array): number | undefined {
  let dtype: number | undefined;
  let isScalar = true;
  let content: Buffer | undefined;
  const listed: number[] = [];
  const list = (read: (reader: Reader) => number) => (reader: Reader) => {
    const number = read(reader);
    // One more than a scalar has is enough to know that it is none.
    if (listed.length < 2) listed.push(number);
  };
  readFields(
    bytes,
    {
      [TENSOR.dtype]: reader => {
        dtype = reader.int32();
      },
      [TENSOR.shape]: reader => {
        isScalar = readShape(reader.bytes());
      },
      [TENSOR.content]: reader => {
        content = Buffer.from(reader.bytes());
      },
    },
    {
      [TENSOR.floats]: list(reader => reader.float()),
      [TENSOR.doubles]: list(reader => reader.double()),
      [TENSOR.ints]: list(reader => reader.int32()),
      [TENSOR.int64s]: list(reader => Number(reader.int64())),
    },
  );
  if (!isScalar) {
    return undefined;
  }
  return listed.length === 1 ? listed[0] : readContent(content, dtype);
}

/** Whether every dimension has the size 1, as in a scalar. */
function readShape(bytes: Uint8Array): boolean {
  let isScalar = true;
  readFields(bytes, {
    [SHAPE.dimension]: reader => {
      let size = 0;
      readFields(reader.bytes(), {
        [DIMENSION.size]: dimension => {
          size = Number(dimension.int64());
        },
      });
      isScalar &&= size === 1;
    },
  });
  return isScalar;
}

function readContent(
  content: Buffer | undefined,
  dtype: number | undefined,
): number | undefined {
  const is = (type: number, bytes: number) =>
    dtype === type && content?.length === bytes;
  if (!content) {
    return undefined;
  }
  if (is(TYPES.float, 4)) {
    return content.readFloatLE();
  }
  if (is(TYPES.double, 8)) {
    return content.readDoubleLE();
  }
  if (is(TYPES.int32, 4)) {
    return content.readInt32LE();
  }
  return is(TYPES.int64, 8) ? Number(content.readBigInt64LE()) : undefined;
}

type Fields = Record<number, (reader: Reader) => void>;

const PACKED = 2;

/** Calls for each field that is known; `repeated` are numbers that may be packed. Throws where bytes are missing. */
function readFields(
  bytes: Uint8Array,
  fields: Fields,
  repeated: Fields = {},
): void {
  const reader = Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    // eslint-disable-next-line no-bitwise
    const [field, type] = [tag >>> 3, tag & 7];
    const read = fields[field];
    const readItem = repeated[field];
    if (read) {
      read(reader);
    } else if (readItem && type === PACKED) {
      const end = reader.uint32() + reader.pos;
      while (reader.pos < Math.min(end, reader.len)) readItem(reader);
    } else if (readItem) {
      readItem(reader);
    } else {
      reader.skipType(type);
    }
  }
}
