import { AttemptLog, LogDropped } from './AttemptLog';
import { demultiplex } from './demultiplex';

const MARKER = 'model-ci:0123456789abcdef0123';

function read(text: string, size: number) {
  const log = new AttemptLog(MARKER);
  const bytes = Buffer.from(text);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    parts.push(log.push(bytes.subarray(at, at + size)));
  }
  parts.push(log.flush());
  return { log, text: Buffer.concat(parts).toString() };
}

describe('the frame of an attempt log', () => {
  it.each([1, 2, 7, 30, 1000])('is taken off in reads of %d bytes', size => {
    const script = 'one\nmodel-ci:0123 almost\nüber\nno newline';
    const { log, text } = read(
      `${MARKER}\n${script}${MARKER} exited 12\n`,
      size,
    );
    expect(log.isFramed).toBe(true);
    expect(log.position).toBe(Buffer.byteLength(script));
    expect(text).toBe(script);
  });

  it('does not stop at an end line that is none', () => {
    const script = `${MARKER} exited soon\nmore\n`;
    const { log, text } = read(`${MARKER}\n${script}`, 1000);
    expect(log.isFramed).toBe(false);
    expect(text).toBe(script);
  });

  it.each([1, 30, 1000])(
    'goes on behind an end line that the script wrote, in reads of %d bytes',
    size => {
      const script = `${MARKER} exited 0\nmore\n`;
      const { log, text } = read(
        `${MARKER}\n${script}${MARKER} exited 4\n`,
        size,
      );
      expect(text).toBe(script);
      expect(log.position).toBe(Buffer.byteLength(script));
    },
  );

  it('gives everything of a log that was cut off by a kill', () => {
    const { log, text } = read(`${MARKER}\nlast words ${MARKER} exi`, 5);
    expect(log.isFramed).toBe(false);
    expect(text).toBe(`last words ${MARKER} exi`);
  });

  it('notices that the start of a log was dropped', () => {
    expect(() => read('something else\n', 3)).toThrow(LogDropped);
  });
});

describe('results in an attempt log', () => {
  const result = (path: string, content: string) =>
    `${MARKER} result ${path}\n${content}`;
  const kept = `${MARKER} kept\n`;

  it.each([1, 7, 1000])('are taken out in reads of %d bytes', size => {
    const { log, text } = read(
      [
        `${MARKER}\nno newline`,
        result('model', `first\0\n${kept}`),
        result('too large', 'cut o'),
        result('deep/metrics.json', kept),
        result('cut off as well', ''),
        `${MARKER} exited 3\n`,
      ].join(''),
      size,
    );
    expect(text).toBe('no newline');
    expect(log.isFramed).toBe(true);
    expect([...log.results].map(([path, b]) => [path, `${b}`])).toEqual([
      ['model', 'first\0\n'],
      ['deep/metrics.json', ''],
    ]);
  });

  it('are no part of a log that was cut off by a kill', () => {
    const { log, text } = read(
      `${MARKER}\nlast words\n${result('model', 'half')}`,
      5,
    );
    expect(text).toBe('last words\n');
    expect(log.results.size).toBe(0);
  });

  it('are found at the same place however the log was read', () => {
    const script = [
      result('forged', 'x'.repeat(2 ** 20)),
      result('forged again', 'x'.repeat(2 ** 18)),
      result('and again', 'x'.repeat(2 ** 19)),
    ].join('\n');
    const sizes = [1000, 65536, 2 ** 22];
    const positions = sizes.map(
      size =>
        read(`${MARKER}\n${script}\n${MARKER} exited 0\n`, size).log.position,
    );
    expect(new Set(positions).size).toBe(1);
  });

  it('do not hide what a script writes that only looks like them', () => {
    const script = result('model', 'x'.repeat(2 ** 21));
    const { text } = read(
      `${MARKER}\n${script}\nmore\n${MARKER} exited 0\n`,
      65536,
    );
    expect(text).toBe(`${script}\nmore\n`);
  });
});

describe('framed streams', () => {
  it('are put together whatever the reads were', async () => {
    const frames = ['one\n', '', 'two\n', 'x'.repeat(70_000)].map(text => {
      const header = Buffer.alloc(8);
      header[0] = 1;
      header.writeUInt32BE(text.length, 4);
      return Buffer.concat([header, Buffer.from(text)]);
    });
    const all = Buffer.concat(frames);
    for (const size of [1, 3, 1000, all.length]) {
      let text = '';
      for await (const payload of demultiplex(slices(all, size))) {
        text += payload;
      }
      expect(text).toBe(`one\ntwo\n${'x'.repeat(70_000)}`);
    }
  });
});

async function* slices(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
  }
}
