import { followLog } from './followLog';

const WORDS = /\n\[model-ci\] The log ends here: the disk .* was full/;

async function follow(offset: number, maxBytes = 1000): Promise<string> {
  const chunks: string[] = [];
  const log = followLog({
    cluster: {
      async *exec() {
        if (offset < 5) {
          yield Buffer.from(`data ${5 - offset}\n${'lines'.slice(offset)}`);
        }
        yield Buffer.from('cut 5\n');
        return 0;
      },
    },
    pod: 'p',
    offset,
    maxBytes,
    awaitSidecar: async () => true,
    onLimit: async () => {},
    signal: new AbortController().signal,
  });
  for await (const { offset: at, data } of log) {
    expect(at).toBe(offset + chunks.join('').length);
    chunks.push(data.toString());
  }
  return chunks.join('');
}

describe('a log that a full disk has cut', () => {
  it('says so at its end', async () => {
    const whole = await follow(0);
    expect(whole).toMatch(/^lines/);
    expect(whole).toMatch(WORDS);
  });

  it('goes on from any byte, and keeps to the limit', async () => {
    const whole = await follow(0);
    await expect(follow(2)).resolves.toBe(whole.slice(2));
    await expect(follow(9)).resolves.toBe(whole.slice(9));
    await expect(follow(whole.length)).resolves.toBe('');
    await expect(follow(0, 20)).resolves.toBe(whole.slice(0, 20));
  });
});
