import { decodeName, encodeName, isText } from './names';

export const BLOCK = 512;

const ZEROS = Buffer.alloc(BLOCK);
const NOTHING = Buffer.alloc(0);

const TYPES = {
  '0': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'directory',
  '6': 'fifo',
} as const;

export type EntryType = (typeof TYPES)[keyof typeof TYPES] | 'unknown';

/** What an archive says about an entry. Bytes of names that are not UTF-8 are kept, see `decodeName`. */
export interface EntryHeader {
  name: string;
  /** `file` if absent. */
  type?: EntryType;
  /** Bytes of a file. */
  size?: number;
  mode?: number;
  mtime?: Date;
  /** Target of a link. */
  linkname?: string;
  uid?: number;
  gid?: number;
  uname?: string;
  gname?: string;
}

/** The head of an entry that was read. */
export type Header = EntryHeader &
  Required<Pick<EntryHeader, 'type' | 'size' | 'mode' | 'mtime'>>;

/** A header block before what the blocks in front of it say was applied. */
export interface RawHeader {
  /** The character that stands for the type; `x`, `g`, `L` and `K` announce something about the next entry. */
  flag: string;
  size: number;
  mode: number;
  mtime: number;
  uid: number;
  gid: number;
  uname: Buffer;
  gname: Buffer;
  name: Buffer;
  linkname: Buffer;
}

/** Reads a header block; undefined for a block of zeros. */
export function decodeHeader(block: Buffer): RawHeader | undefined {
  const sum = checksum(block);
  if (sum === 8 * 0x20) {
    return undefined;
  }
  if (sum !== number(block, 148, 8)) {
    throw new Error('This is no tar archive, or a damaged one');
  }
  const magic = block.toString('latin1', 257, 263);
  if (magic !== 'ustar\0' && magic !== 'ustar ') {
    throw new Error('The tar archive has a format from before POSIX');
  }
  const name = text(block, 0, 100);
  const prefix = magic === 'ustar\0' ? text(block, 345, 155) : Buffer.alloc(0);
  return {
    flag: block[156] === 0 ? '0' : String.fromCharCode(block[156]),
    size: number(block, 124, 12),
    mode: number(block, 100, 8),
    mtime: number(block, 136, 12),
    uid: number(block, 108, 8),
    gid: number(block, 116, 8),
    uname: text(block, 265, 32),
    gname: text(block, 297, 32),
    name:
      prefix.length > 0
        ? Buffer.concat([prefix, Buffer.from('/'), name])
        : name,
    linkname: text(block, 157, 100),
  };
}

/** What the records of a PAX header say about the entry that follows. */
export type PaxRecords = ReadonlyMap<string, Buffer>;

/** The head of an entry with what was announced about it. */
export function completeHeader(raw: RawHeader, records: PaxRecords): Header {
  const flag = raw.flag === '7' ? '0' : raw.flag;
  const name = records.get('path') ?? raw.name;
  const old = flag === '0' && name.at(-1) === 0x2f;
  const type = old ? 'directory' : typeOf(flag);
  const linkname = records.get('linkpath') ?? raw.linkname;
  return {
    name: decodeName(name),
    type,
    // Other types have no bytes, whatever their size says
    size: type === 'file' || type === 'unknown' ? sizeOf(raw, records) : 0,
    mode: raw.mode,
    mtime: timeOf(raw, records),
    ...(linkname.length > 0 && { linkname: decodeName(linkname) }),
    uid: raw.uid,
    gid: raw.gid,
    uname: decodeName(raw.uname),
    gname: decodeName(raw.gname),
  };
}

/** Parses the records of a PAX header: `length key=value\n`, the length in decimal digits and counting itself. */
export function decodePax(bytes: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const end = at + Number(bytes.toString('latin1', at, space));
    const equals = bytes.indexOf(0x3d, space);
    if (
      !(space > at && equals > space && end > equals && end <= bytes.length)
    ) {
      throw new Error('The tar archive has a damaged extended header');
    }
    const key = bytes.toString('latin1', space + 1, equals);
    if (key.startsWith('GNU.sparse')) {
      throw new Error('The tar archive holds sparse files: make it without');
    }
    const value = bytes.subarray(equals + 1, end - 1);
    if (value.length > 0) {
      records.set(key, value);
    }
    at = end;
  }
  return records;
}

function timeOf(raw: RawHeader, records: PaxRecords): Date {
  const seconds = Number(records.get('mtime')?.toString('latin1') ?? raw.mtime);
  return new Date(Number.isFinite(seconds) ? seconds * 1000 : 0);
}

function sizeOf(raw: RawHeader, records: PaxRecords): number {
  const size = Number(records.get('size')?.toString('latin1') ?? raw.size);
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new Error('The tar archive has an entry of an impossible size');
  }
  return size;
}

/** The header blocks of an entry: one, or with a PAX header in front where a name is long or not ASCII. */
export function encodeHeader(header: EntryHeader): Buffer {
  const { type = 'file', size = 0, linkname = '' } = header;
  const directory = type === 'directory' && !header.name.endsWith('/');
  const name = encodeName(directory ? `${header.name}/` : header.name);
  const target = encodeName(linkname);
  const place = placeName(name);
  const records = [
    ...(place ? [] : [paxRecord('path', name)]),
    ...(fits(target, 100) ? [] : [paxRecord('linkpath', target)]),
  ];
  const block = encodeBlock(header, {
    flag: flagOf(type),
    size: type === 'file' ? size : 0,
    // Cut where it is too long, for readers that know nothing of PAX
    ...(place ?? { name: name.subarray(0, 100), prefix: NOTHING }),
    target: target.subarray(0, 100),
  });
  if (records.length === 0) {
    return block;
  }
  const binary = !isText(header.name + linkname);
  const pax = Buffer.concat([
    ...(binary ? [paxRecord('hdrcharset', Buffer.from('BINARY'))] : []),
    ...records,
  ]);
  const announcement = encodeBlock(header, {
    flag: 'x',
    size: pax.length,
    name: Buffer.from('PaxHeader'),
    prefix: NOTHING,
    target: NOTHING,
  });
  return Buffer.concat([announcement, pax, padding(pax.length), block]);
}

/** The zeros that fill the last block of some bytes. */
export function padding(bytes: number): Buffer {
  return ZEROS.subarray(0, (BLOCK - (bytes % BLOCK)) % BLOCK);
}

/** Two blocks of zeros end an archive. */
export const END_OF_ARCHIVE = Buffer.alloc(2 * BLOCK);

function typeOf(flag: string): EntryType {
  return (
    Object.entries(TYPES).find(([known]) => known === flag)?.[1] ?? 'unknown'
  );
}

function flagOf(type: EntryType): string {
  const found = Object.entries(TYPES).find(([, known]) => known === type);
  if (!found) {
    throw new Error(`An entry of type '${type}' cannot be written`);
  }
  return found[0];
}

function encodeBlock(
  header: EntryHeader,
  rest: { flag: string; size: number } & Record<
    'name' | 'prefix' | 'target',
    Buffer
  >,
): Buffer {
  const { uid = 0, gid = 0, mtime, uname = '', gname = '' } = header;
  const mode = header.mode ?? (header.type === 'directory' ? 0o755 : 0o644);
  const block = Buffer.alloc(BLOCK);
  rest.name.copy(block, 0);
  writeNumber(block, 100, 8, mode & 0o7777);
  writeNumber(block, 108, 8, uid);
  writeNumber(block, 116, 8, gid);
  writeNumber(block, 124, 12, rest.size);
  const seconds = Math.floor((mtime?.getTime() ?? Date.now()) / 1000);
  writeNumber(block, 136, 12, Math.max(0, seconds));
  block.write(rest.flag, 156, 'latin1');
  rest.target.copy(block, 157);
  block.write('ustar\x0000', 257, 'latin1');
  encodeName(uname).subarray(0, 31).copy(block, 265);
  encodeName(gname).subarray(0, 31).copy(block, 297);
  writeNumber(block, 329, 8, 0);
  writeNumber(block, 337, 8, 0);
  rest.prefix.copy(block, 345);
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** Where a plain name goes that fits a header block: whole, or divided at a slash; undefined for others. */
function placeName(
  name: Buffer,
): Record<'name' | 'prefix', Buffer> | undefined {
  if (fits(name, 100)) {
    return { name, prefix: NOTHING };
  }
  // The last slash of a folder's name cannot divide it
  const slash = name.subarray(0, 156).lastIndexOf(0x2f, name.length - 2);
  const prefix = name.subarray(0, Math.max(0, slash));
  const rest = name.subarray(slash + 1);
  return slash > 0 && fits(prefix, 155) && fits(rest, 100)
    ? { name: rest, prefix }
    : undefined;
}

function fits(name: Buffer, length: number): boolean {
  return name.length <= length && name.every(byte => byte < 0x80);
}

function paxRecord(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([
    Buffer.from(` ${key}=`),
    value,
    Buffer.from('\n'),
  ]);
  let length = rest.length;
  while (length !== rest.length + String(length).length) {
    length = rest.length + String(length).length;
  }
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function checksum(block: Buffer): number {
  // The field of the sum itself counts as spaces
  let sum = 8 * 0x20;
  for (let at = 0; at < BLOCK; at++) {
    if (at < 148 || at >= 156) {
      sum += block[at];
    }
  }
  return sum;
}

function text(block: Buffer, start: number, length: number): Buffer {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return end < 0 ? field : field.subarray(0, end);
}

/** Octal digits, or where those do not suffice a binary number behind a byte with the highest bit. */
function number(block: Buffer, start: number, length: number): number {
  if ((block[start] & 0x80) === 0) {
    const digits = text(block, start, length).toString('latin1').trim();
    return digits === '' ? 0 : parseInt(digits, 8);
  }
  // A negative one is a time before 1970, which is of no interest
  if (block[start] === 0xff) {
    return 0;
  }
  let value = block[start] & 0x7f;
  for (let at = start + 1; at < start + length; at++) {
    value = value * 0x100 + block[at];
  }
  return value;
}

function writeNumber(
  block: Buffer,
  start: number,
  length: number,
  value: number,
): void {
  const digits = value.toString(8);
  if (digits.length < length) {
    block.write(digits.padStart(length - 1, '0'), start, 'latin1');
    return;
  }
  let rest = value;
  for (let at = start + length - 1; at > start; at--) {
    block[at] = rest % 0x100;
    rest = Math.floor(rest / 0x100);
  }
  block[start] = 0x80;
}
