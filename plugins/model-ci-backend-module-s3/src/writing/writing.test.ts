import { Readable } from 'node:stream';
import type { Bucket } from '../bucket/Bucket';
import { copyObject } from './copyObject';
import { gatherParts } from './gatherParts';
import { inWindow } from './inWindow';
import { partBytes } from './partBytes';
import { WriteMemory } from './WriteMemory';
import { writeObject } from './writeObject';

const MEBIBYTE = 1024 * 1024;

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

describe('parts', () => {
  it.each([
    [[], []],
    [['ab'], ['ab']],
    [['abc'], ['abc']],
    [['abcd'], ['abc', 'd']],
    [
      ['a', 'b', 'cdefgh', 'i'],
      ['abc', 'def', 'ghi'],
    ],
    [
      ['abc', 'def'],
      ['abc', 'def'],
    ],
  ])('of %j are %j', async (given, parts) => {
    const gathered = await collect(
      gatherParts(chunks(...given), () => 3, new WriteMemory().lend()),
    );
    expect(gathered.map(({ bytes }) => bytes.toString())).toEqual(parts);
    expect(gathered.map(({ number }) => number)).toEqual(
      parts.map((_, index) => index + 1),
    );
    expect(gathered.map(({ isLast }) => isLast)).toEqual(
      parts.map((_, index) => index + 1 === parts.length),
    );
  });

  it('grow, so that 10,000 of them hold the largest artifacts', () => {
    let sum = 0;
    for (let number = 1; number <= 10_000; number += 1) {
      sum += partBytes(number);
    }
    expect(partBytes(1)).toBe(8 * 1024 ** 2);
    expect(sum / 1024 ** 3).toBeCloseTo(484.4, 1);
    expect(() => partBytes(10_001)).toThrow('modelCi.engine.maxArtifactBytes');
  });
});

describe('work in a window', () => {
  it('keeps the order of results, and so many under way', async () => {
    let underWay = 0;
    let most = 0;
    const results = await inWindow([1, 2, 3, 4, 5, 6], {
      atOnce: () => 2,
      async work(item) {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise(resolve => setImmediate(resolve));
        underWay -= 1;
        return item * 10;
      },
    });
    expect(results).toEqual([10, 20, 30, 40, 50, 60]);
    expect(most).toBe(2);
  });

  it('ends with the first failure, once the others know of it', async () => {
    const begun: number[] = [];
    let others = 0;
    const working = inWindow([1, 2, 3, 4, 5], {
      atOnce: () => 2,
      async work(item, signal) {
        begun.push(item);
        if (item === 2) throw new Error('the second');
        await new Promise<void>(resolve =>
          signal.addEventListener('abort', () => resolve()),
        );
        others += 1;
      },
    });
    await expect(working).rejects.toThrow('the second');
    expect(begun).toEqual([1, 2]);
    expect(others).toBe(1);
  });
});

function fakeBucket() {
  const upload = { key: 'staging', uploadId: 'upload' };
  const uploaded = { PartNumber: 1, ETag: '' };
  const bucket = {
    stored: new Map<string, number>(),
    staged: 0,
    copies: [] as number[],
    put: jest.fn(async (key: string, bytes: Buffer) => {
      bucket.stored.set(key, bytes.length);
    }),
    beginUpload: async () => upload,
    uploadPart: jest.fn(async (_: unknown, part: { bytes: Buffer }) => {
      bucket.staged += part.bytes.length;
      return uploaded;
    }),
    copyPart: async (_: unknown, part: { start: number; end: number }) => {
      bucket.copies.push(part.end + 1 - part.start);
      return uploaded;
    },
    copy: jest.fn(async (_: string, to: string) => {
      bucket.stored.set(to, bucket.staged);
      return true;
    }),
    completeUpload: async () => {},
    abortUpload: jest.fn(async () => {}),
    patientSize: async (key: string) => bucket.stored.get(key),
    delete: async () => {},
  };
  return bucket;
}

describe('writes', () => {
  const limits = { firstsBytes: MEBIBYTE, partsBytes: 16 * MEBIBYTE };

  function setUp() {
    const memory = new WriteMemory(limits);
    const write = (content: AsyncIterable<Buffer>, bucket = fakeBucket()) =>
      writeObject(Readable.from(content), {
        bucket: bucket as Partial<Bucket> as Bucket,
        stagingKey: 'staging',
        keyOf: digest => digest,
        memory,
      });
    return { memory, write };
  }

  it('hold no more than their budget together, however many are slow, and all end', async () => {
    const { memory, write } = setUp();
    let most = 0;
    let goOn = () => {};
    const halted = new Promise<void>(resolve => (goOn = resolve));
    async function* slow() {
      for (let count = 0; count < 20; count += 1) {
        if (count === 7) await halted;
        yield Buffer.alloc(MEBIBYTE);
        most = Math.max(most, memory.held);
      }
    }
    const writing = Array.from({ length: 12 }, () => write(slow()));
    for (let turn = 0; turn < 1000; turn += 1) {
      await new Promise(resolve => setImmediate(resolve));
    }
    goOn();
    const blobs = await Promise.all(writing);
    expect(blobs.map(({ size }) => size)).toEqual(
      Array.from({ length: 12 }, () => 20 * MEBIBYTE),
    );
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(17 * MEBIBYTE);
  });

  it('of little do not wait for those of much', async () => {
    const { write } = setUp();
    let end = () => {};
    const halted = new Promise<void>(resolve => (end = resolve));
    async function* endless() {
      yield Buffer.alloc(MEBIBYTE);
      await halted;
    }
    const large = Array.from({ length: 5 }, () => write(endless()));
    expect((await write(chunks('ab'))).size).toBe(2);
    end();
    await Promise.all(large);
  });

  it('that fail give all of their memory back', async () => {
    const { write } = setUp();
    async function* broken() {
      yield Buffer.alloc(20 * MEBIBYTE);
      throw new Error('lost');
    }
    for (let count = 0; count < 5; count += 1) {
      await expect(write(broken())).rejects.toThrow('lost');
    }
    const full = fakeBucket();
    full.uploadPart.mockRejectedValue(new Error('full'));
    async function* large() {
      for (let count = 0; count < 40; count += 1) yield Buffer.alloc(MEBIBYTE);
    }
    for (let count = 0; count < 5; count += 1) {
      await expect(write(large(), full)).rejects.toThrow('full');
    }
    expect(full.abortUpload).toHaveBeenCalledTimes(5);
    expect((await write(large())).size).toBe(40 * MEBIBYTE);
  });
});

describe('copies', () => {
  async function copyOf(mebibytes: number, bucket = fakeBucket()) {
    const copy = { from: 'staging', to: 'key', size: mebibytes * MEBIBYTE };
    await copyObject(bucket as Partial<Bucket> as Bucket, copy);
    return {
      whole: bucket.copy.mock.calls.length,
      parts: bucket.copies.map(size => size / MEBIBYTE),
    };
  }

  it('are made whole, up to what S3 takes', async () => {
    expect(await copyOf(5 * 1024)).toEqual({ whole: 1, parts: [] });
    expect(await copyOf(5 * 1024 + 1)).toEqual({
      whole: 0,
      parts: [...Array.from({ length: 10 }, () => 512), 1],
    });
  });

  it('that a silent server takes too long for are made in parts', async () => {
    const silent = fakeBucket();
    silent.copy.mockResolvedValue(false);
    expect(await copyOf(1200, silent)).toEqual({
      whole: 1,
      parts: [512, 512, 176],
    });
  });
});
