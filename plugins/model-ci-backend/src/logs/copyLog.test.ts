import type { LogChunk } from '@model-ci/backstage-plugin-model-ci-node';
import { copyLog } from './copyLog';

async function copy(
  chunks: Array<[offset: number, text: string]>,
  options: { start?: number; maxBytes?: number; failAt?: number } = {},
) {
  const { start = 0, maxBytes = 1e6, failAt } = options;
  const rows: Array<{ start: number; data: string }> = [];
  async function* open(offset: number): AsyncGenerator<LogChunk> {
    expect(offset).toBe(start);
    for (const [at, text] of chunks) {
      yield { offset: at, data: Buffer.from(text) };
    }
  }
  const result = await copyLog({
    start,
    maxBytes,
    open,
    append: async (position, data) => {
      if (position === failAt) {
        throw new Error('disk full');
      }
      rows.push({ start: position, data: data.toString() });
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
    expect(rows).toEqual([{ start: 4, data: 'two\n' }]);
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
        start: 0,
        maxBytes: 100,
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
