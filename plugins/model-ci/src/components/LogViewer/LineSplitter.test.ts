import { LineSplitter, LONGEST_LINE } from './LineSplitter';

function split(pieces: string[], offset = 0) {
  const splitter = new LineSplitter(offset);
  let end = offset;
  const lines = pieces.flatMap(piece => {
    end += Buffer.byteLength(piece);
    return splitter.push(piece, end);
  });
  const pending = splitter.pending();
  return [...lines, ...(pending ? [pending] : [])];
}

describe('LineSplitter', () => {
  it('names lines by the byte at which they begin, also beyond ASCII', () => {
    expect(
      split(['äö\n日本', '語\nend'], 100).map(({ offset, text }) => [
        offset,
        text,
      ]),
    ).toEqual([
      [100, 'äö'],
      [105, '日本語'],
      [115, 'end'],
    ]);
  });

  it('gives the same lines however the log is cut', () => {
    const log = 'one\r\ntwo 1%\rtwo 50%\rtwo 100%\n\nthree';
    const whole = split([log]);
    for (let cut = 1; cut < log.length; cut += 1) {
      expect(split([log.slice(0, cut), log.slice(cut)])).toEqual(whole);
    }
    expect(whole.map(({ text }) => text)).toEqual([
      'one',
      'two 100%',
      '',
      'three',
    ]);
  });

  it('keeps only the last state of a progress bar without an end', () => {
    const pieces = Array.from({ length: 50_000 }, (_, i) => `\rstep ${i}`);
    const lines = split(pieces);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ offset: 0, text: 'step 49999' });
  });

  it('breaks a line that is too long into pieces that know they are', () => {
    const lines = split([`${'x'.repeat(LONGEST_LINE * 2)}y\nnext`]);
    expect(
      lines.map(({ text, continued }) => [text.length, continued]),
    ).toEqual([
      [LONGEST_LINE, false],
      [LONGEST_LINE, true],
      [1, true],
      [4, false],
    ]);
    expect(lines[3].offset).toBe(LONGEST_LINE * 2 + 2);
  });

  it('carries colours from line to line, and those that a carriage return hid', () => {
    const [, second, third] = split(['\u001b[31mred\nx\r\u001b[32my\nz\n']);
    expect(second).toMatchObject({
      text: '\u001b[32my',
      colours: '\u001b[31m',
    });
    expect(third.colours).toBe('\u001b[31m\u001b[32m');
  });
});
