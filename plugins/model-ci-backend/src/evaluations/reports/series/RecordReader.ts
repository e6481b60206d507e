import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { malformed } from '../ReportReader';
import { crc32c, maskCrc } from './crc32c';

/** Length, and its checksum. */
export const HEADER_BYTES = 12;
const FOOTER_BYTES = 4;

/** The length of the record that begins here; undefined if its checksum is another. */
export function recordLength(header: Buffer): bigint | undefined {
  return maskCrc(crc32c(header.subarray(0, 8))) === header.readUInt32LE(8)
    ? header.readBigUInt64LE(0)
    : undefined;
}

interface OpenRecord {
  left: number;
  crc: number;
  /** Undefined for one that is too long to be of interest. */
  parts: Buffer[] | undefined;
}

/**
 * Takes apart a stream of TensorFlow's records: length, its checksum, bytes, their checksum. Records longer than
 * `maxBytes` are checked and passed over. Throws `MalformedReportError`.
 */
export class RecordReader {
  /** Of the record that is being read, from 1. */
  number = 1;
  passedOver = 0;
  #rest = Buffer.alloc(0);
  #record: OpenRecord | undefined;

  constructor(
    private readonly maxBytes: number,
    private readonly onRecord: (bytes: Buffer, number: number) => void,
  ) {}

  write(chunk: Buffer): void {
    let bytes =
      this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    for (let next = this.#step(bytes); next; next = this.#step(bytes)) {
      bytes = next;
    }
    // A copy: a chunk may be used again by whoever wrote it.
    this.#rest = Buffer.from(bytes);
  }

  end(): void {
    if (this.#rest.length > 0 || this.#record) {
      throw malformed(
        reason('report.recordCut', { record: String(this.number) }),
      );
    }
  }

  /** What is left behind what could be read; undefined if more is needed. */
  #step(bytes: Buffer): Buffer | undefined {
    if (!this.#record) {
      return bytes.length < HEADER_BYTES ? undefined : this.#open(bytes);
    }
    if (this.#record.left > 0) {
      return bytes.length === 0 ? undefined : this.#take(this.#record, bytes);
    }
    return bytes.length < FOOTER_BYTES
      ? undefined
      : this.#close(this.#record, bytes);
  }

  #open(bytes: Buffer): Buffer {
    const length = recordLength(bytes);
    if (length === undefined || length > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw this.#damaged();
    }
    this.#record = {
      left: Number(length),
      crc: 0,
      parts: length > BigInt(this.maxBytes) ? undefined : [],
    };
    return bytes.subarray(HEADER_BYTES);
  }

  #take(record: OpenRecord, bytes: Buffer): Buffer {
    const part = bytes.subarray(0, record.left);
    record.left -= part.length;
    record.crc = crc32c(part, record.crc);
    record.parts?.push(Buffer.from(part));
    return bytes.subarray(part.length);
  }

  #close({ crc, parts }: OpenRecord, bytes: Buffer): Buffer {
    if (maskCrc(crc) !== bytes.readUInt32LE(0)) {
      throw this.#damaged();
    }
    if (parts) {
      this.onRecord(Buffer.concat(parts), this.number);
    } else {
      this.passedOver += 1;
    }
    this.#record = undefined;
    this.number += 1;
    return bytes.subarray(FOOTER_BYTES);
  }

  #damaged() {
    return malformed(
      reason('report.recordDamaged', { record: String(this.number) }),
    );
  }
}
