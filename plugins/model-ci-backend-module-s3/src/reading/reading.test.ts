import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { resumed } from './resumed';
import { streamOf } from './streamOf';
import { verified } from './verified';

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function* pieces(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

const lost = () => Object.assign(new Error('aborted'), { code: 'ECONNRESET' });

/** Ends in the failure, or too early where there is none. */
function breaking(text: string, failure?: Error): Readable {
  async function* content() {
    yield Buffer.from(text);
    if (failure) throw failure;
  }
  return Readable.from(content());
}

describe('a read', () => {
  const whole = '0123456789';

  function read(...bodies: Readable[]) {
    const opened: number[] = [];
    const reading = new AbortController();
    const bytes = resumed({
      first: bodies[0],
      start: 0,
      end: 9,
      clock: { now: Date.now, async wait() {} },
      signal: reading.signal,
      async open(from) {
        opened.push(from);
        return bodies[opened.length] ?? breaking('', lost());
      },
    });
    return { stream: streamOf(bytes, reading), opened };
  }

  it('goes on where its connection broke, or its body ended too early', async () => {
    const { stream, opened } = read(
      breaking('012', lost()),
      breaking('3456'),
      breaking('789'),
    );
    expect((await buffer(stream)).toString()).toBe(whole);
    expect(opened).toEqual([3, 7]);
  });

  it.each([
    ['breaks', () => breaking('', lost())],
    ['ends', () => breaking('')],
  ])('is given up where every body %s before a byte', async (_, empty) => {
    const bodies = Array.from({ length: 20 }, empty);
    const { stream, opened } = read(...bodies);
    await expect(buffer(stream)).rejects.toThrow();
    expect(opened.length).toBeLessThan(10);
  });

  it('does not go on after what another connection would not mend', async () => {
    const { stream, opened } = read(breaking('012', new Error('odd')));
    await expect(buffer(stream)).rejects.toThrow('odd');
    expect(opened).toEqual([]);
  });

  it('closes its connection when its reader goes away, before the first byte too', async () => {
    for (const isBegun of [false, true]) {
      const body = breaking(whole);
      const { stream } = read(body);
      if (isBegun) {
        await new Promise(resolve => stream.once('readable', resolve));
      }
      stream.destroy();
      await new Promise(resolve => stream.once('close', resolve));
      expect(body.destroyed).toBe(true);
    }
  });

  it('is verified before the last of its bytes', async () => {
    const digest = digestOf(Buffer.from('abcdef'));
    const seen: string[] = [];
    for await (const piece of verified(pieces('ab', 'cd', 'ef'), digest)) {
      seen.push(piece.toString());
    }
    expect(seen).toEqual(['ab', 'cd', 'ef']);
    seen.length = 0;
    const damaged = async () => {
      for await (const piece of verified(pieces('ab', 'cd', 'eX'), digest)) {
        seen.push(piece.toString());
      }
    };
    await expect(damaged()).rejects.toThrow(`${digest} is damaged`);
    expect(seen).toEqual(['ab', 'cd']);
  });
});

it('leaves little garbage in memory, however much it has read', async () => {
  const size = 200 * 2 ** 20;
  async function* network() {
    for (let at = 0; at < size; at += 2 ** 16) {
      yield Buffer.allocUnsafeSlow(2 ** 16);
    }
  }
  const reading = new AbortController();
  const bytes = resumed({
    first: Readable.from(network()),
    start: 0,
    end: size - 1,
    clock: { now: Date.now, async wait() {} },
    signal: reading.signal,
    open: async () => breaking('', lost()),
  });
  const idle = process.memoryUsage().arrayBuffers;
  let most = 0;
  for await (const _ of streamOf(bytes, reading)) {
    most = Math.max(most, process.memoryUsage().arrayBuffers - idle);
  }
  expect(most / 2 ** 20).toBeLessThan(40);
});
