import { Reader } from 'protobufjs/minimal';
import type { SeriesRow } from './Curves';
import { MAX_FIELDS } from './rowOf';

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

/** Of the messages of an event; a scalar has ten of them. Not configurable: so many are decoded in one go. */
const MAX_MESSAGE_FIELDS = 20 * MAX_FIELDS;

/** One more than a scalar has is enough to know that it is none. */
const ENOUGH_NUMBERS = 2;

class TooManyValuesError extends Error {}

export type DecodedEvent =
  | { type: 'event'; row: SeriesRow }
  | { type: 'no-event' }
  | { type: 'too-many-values' };

/** What an event says of scalars; stops where there are more than a step may have, however long the event is. */
export function decodeEvent(bytes: Buffer): DecodedEvent {
  try {
    return { type: 'event', row: readEvent(bytes) };
  } catch (error) {
    // The library throws plain errors and range errors for whatever it cannot read. Others are bugs of ours.
    if (error instanceof TypeError || error instanceof ReferenceError) {
      throw error;
    }
    return {
      type:
        error instanceof TooManyValuesError ? 'too-many-values' : 'no-event',
    };
  }
}

function readEvent(bytes: Buffer): SeriesRow {
  const event: SeriesRow = { step: 0, values: [], leftOut: 0 };
  const readFields = createFieldsReader(MAX_MESSAGE_FIELDS);
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
        [SUMMARY.value]: value => readValue(value.bytes(), event, readFields),
      });
    },
  });
  return event;
}

function readValue(
  bytes: Uint8Array,
  event: SeriesRow,
  readFields: ReadFields,
): void {
  if (event.values.length + event.leftOut >= MAX_FIELDS) {
    throw new TooManyValuesError();
  }
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
      scalar = readTensor(reader.bytes(), readFields);
    },
  });
  if (scalar === undefined) {
    event.leftOut += 1;
  } else {
    event.values.push([tag, scalar]);
  }
}

/** The number of a tensor that holds one; undefined for any other. */
function readTensor(
  bytes: Uint8Array,
  readFields: ReadFields,
): number | undefined {
  let dtype: number | undefined;
  let isScalar = true;
  let content: Buffer | undefined;
  const listed: number[] = [];
  const list = (read: (reader: Reader) => number) => (reader: Reader) => {
    const number = read(reader);
    if (listed.length < ENOUGH_NUMBERS) listed.push(number);
  };
  readFields(
    bytes,
    {
      [TENSOR.dtype]: reader => {
        dtype = reader.int32();
      },
      [TENSOR.shape]: reader => {
        isScalar = readShape(reader.bytes(), readFields);
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
function readShape(bytes: Uint8Array, readFields: ReadFields): boolean {
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

/** Calls for each field that is known; `repeated` are numbers that may be packed. Throws where bytes are missing. */
type ReadFields = (
  bytes: Uint8Array,
  fields: Fields,
  repeated?: Fields,
) => void;

const PACKED = 2;

/** Reads so many fields in all, of a message and of those within it. */
function createFieldsReader(max: number): ReadFields {
  let left = max;
  return (bytes, fields, repeated = {}) => {
    const reader = Reader.create(bytes);
    while (reader.pos < reader.len) {
      left -= 1;
      if (left < 0) {
        throw new TooManyValuesError();
      }
      const tag = reader.uint32();
      // eslint-disable-next-line no-bitwise
      const [field, type] = [tag >>> 3, tag & 7];
      const read = fields[field] ?? repeated[field];
      if (field in repeated && type === PACKED) {
        readPacked(reader, read);
      } else if (read) {
        read(reader);
      } else {
        reader.skipType(type);
      }
    }
  };
}

/** Numbers beyond those that are of interest are passed over. */
function readPacked(reader: Reader, read: (reader: Reader) => void): void {
  const length = reader.uint32();
  const end = reader.pos + length;
  for (let at = 0; at < ENOUGH_NUMBERS && reader.pos < end; at += 1) {
    read(reader);
  }
  reader.skip(end - reader.pos);
}
