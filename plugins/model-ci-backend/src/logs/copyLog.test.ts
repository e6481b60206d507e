import type { LogChunk } from '@model-ci/backstage-plugin-model-ci-node';
import { Masks } from '../masking/Masks';
import { copyLog } from './copyLog';

async function copy(
  chunks: Array<[offset: number, text: string]>,
  options: {
    start?: number;
    source?: number;
    maxBytes?: number;
    failAt?: number;
    masks?: Masks;
  } = {},
) {
  const { start = 0, maxBytes = 1e6, failAt, masks = Masks.none } = options;
  const { source: from = start } = options;
  const rows: Array<{ start: number; data: string; source: number }> = [];
  async function* open(offset: number): AsyncGenerator<LogChunk> {
    expect(offset).toBe(from);
    for (const [at, text] of chunks) {
      yield { offset: at, data: Buffer.from(text) };
    }
  }
  const result = await copyLog({
    start: { stored: start, source: from },
    maxBytes,
    masks,
    open,
    append: async ({ start: position, data, source }) => {
      if (position === failAt) {
        throw new Error('disk full');
      }
      rows.push({ start: position, data: data.toString(), source });
    },
    signal: new AbortController().signal,
  });
  return { result, rows, text: rows.map(({ data }) => data).join('') };
}

describe('copyLog', () => {
  it('stores rows that join without a gap', async () => {
    const { result, rows, text } = await copy([
      [0, 'one\n'],
      [4, 'two\n'],
      [8, 'three\n'],
    ]);
    expect(result).toBe('ended');
    expect(text).toBe('one\ntwo\nthree\n');
    let position = 0;
    for (const row of rows) {
      expect(row.start).toBe(position);
      position += row.data.length;
    }
  });

  it('goes on where a predecessor stopped, without doubling a byte', async () => {
    const { rows } = await copy([[0, 'one\ntwo\n']], { start: 4 });
    expect(rows).toEqual([{ start: 4, data: 'two\n', source: 8 }]);
  });

  it('notes how far a log is copied whose secrets are masked, and goes on there', async () => {
    const masks = new Masks(['s3cr3t-value']);
    const first = await copy(
      [
        [0, 'a s3cr3t-value b\n'],
        [17, 'c s3cr3t'],
      ],
      { masks, maxBytes: 1e6 },
    );
    expect(first.text).toBe('a *** b\nc ***');
    expect(first.rows.at(-1)?.source).toBe(25);
    const broken = copy(
      [
        [0, 'a s3cr3t-value b\n'],
        [17, 'c s3cr3t'],
        [99, 'gap'],
      ],
      { masks },
    );
    await expect(broken).rejects.toThrow(/goes on at byte 99/);
    const second = await copy([[19, 's3cr3t-value d\n']], {
      masks,
      start: 10,
      source: 19,
    });
    expect(second.rows).toEqual([{ start: 10, data: '*** d\n', source: 34 }]);
  });

  it('counts the bytes of the log as it was written against its limit', async () => {
    const masks = new Masks(['s3cr3t-value']);
    expect(
      await copy([[0, 's3cr3t-value s3cr3t-value']], { masks, maxBytes: 19 }),
    ).toMatchObject({ result: 'limit', text: '*** ***' });
  });

  it('refuses a gap', async () => {
    await expect(copy([[5, 'late']])).rejects.toThrow(/goes on at byte 5/);
  });

  it('stores exactly what is allowed, and says that there was more', async () => {
    expect(await copy([[0, 'abcdef']], { maxBytes: 4 })).toMatchObject({
      result: 'limit',
      text: 'abcd',
    });
    expect(await copy([[0, 'abcd']], { maxBytes: 4 })).toMatchObject({
      result: 'ended',
      text: 'abcd',
    });
  });

  it('splits large amounts into rows', async () => {
    const { rows, text } = await copy([[0, 'x'.repeat(700_000)]]);
    expect(text).toHaveLength(700_000);
    expect(rows.length).toBe(3);
  });

  it('passes on what goes wrong in the store', async () => {
    await expect(copy([[0, 'a']], { failAt: 0 })).rejects.toThrow('disk full');
  });

  it('stops waiting for the source when the store fails', async () => {
    await expect(
      copyLog({
        start: { stored: 0, source: 0 },
        maxBytes: 100,
        masks: Masks.none,
        open: async function* open(_offset, signal) {
          yield { offset: 0, data: Buffer.from('a') };
          await new Promise((_resolve, reject) => {
            signal.throwIfAborted();
            signal.addEventListener('abort', () => reject(signal.reason));
          });
        },
        append: async () => {
          throw new Error('ticket lost');
        },
        signal: new AbortController().signal,
      }),
    ).rejects.toThrow('ticket lost');
  });
});
