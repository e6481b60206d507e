import { Terminal } from '@xterm/headless';
import { plainText } from '../ansi';
import { LONGEST_LINE } from '../LogLine';
import { LogScreen, SCREEN_ROWS } from './LogScreen';

const ESC = '\u001b';

function show(pieces: string[], offset = 0) {
  const screen = new LogScreen(offset);
  let end = offset;
  const lines = pieces.flatMap(piece => {
    end += Buffer.byteLength(piece);
    return screen.push(piece, end);
  });
  return [...lines, ...screen.pending()];
}

const textOf = (log: string) =>
  show([log]).map(({ text }) => plainText(text).trimEnd());

/** What an independent terminal shows. */
async function shownByTerminal(log: string): Promise<string[]> {
  const terminal = new Terminal({
    cols: 200,
    rows: SCREEN_ROWS,
    convertEol: true,
    allowProposedApi: true,
  });
  await new Promise<void>(resolve => {
    terminal.write(log, resolve);
  });
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, row) =>
    active.getLine(row)!.translateToString(true).trimEnd(),
  );
  terminal.dispose();
  while (lines[lines.length - 1] === '') {
    lines.pop();
  }
  return lines;
}

/** Ways of drawing over what is there, as tools have them. */
const DRAWN: Record<string, string> = {
  'line ends of terminals': 'step one\r\r\nstep two\r\r\n',
  'a counter with backspaces': 'step 1/10\b\b\b\b2/10\b\b\b\b3/10\n',
  'a shorter text over a longer one': 'downloading 100%\rdone\n',
  'erasing before writing': `downloading 100%\r${ESC}[Kdone\n`,
  'erasing the whole line': `downloading 100%${ESC}[2K\rdone\n`,
  'erasing to the left': `abcdef${ESC}[3G${ESC}[1Kx\n`,
  'going to a column': `${ESC}[1Gone${ESC}[1Gtwo${ESC}[10Gend\n`,
  'going left and right': `abc${ESC}[2DX${ESC}[3CY\n`,
  'a block of bars': `a 0%\nb 0%\nc 0%\n${ESC}[3Aa 50%\nb 50%\nc 50%\n${ESC}[3A${ESC}[2Ka 100%\n${ESC}[2Kb done\n${ESC}[2Kc 100%\n`,
  'a block of bars, by line starts': `a 0%\nb 0%${ESC}[1Fa 9%${ESC}[Eb 8%\nend\n`,
  'a block that becomes lower': `one\ntwo\nthree\n${ESC}[3A${ESC}[Jonly\n`,
  'lines erased one by one': `x\ny\nz${ESC}[2K${ESC}[1A${ESC}[2K${ESC}[1A${ESC}[2K${ESC}[Gnew\n`,
  'a saved cursor': `total: ${ESC}7one${ESC}8two${ESC}[s!${ESC}[u?\n`,
  'wide characters': '训练 10%\r训练 9\n日本語\b\bx\n',
  accents: 'e\u0301t\u00e9\rE\n',
  tabs: 'a\tb\tc\rA\n',
  colours: `${ESC}[31mred${ESC}[0m plain\r${ESC}[32mgre\n`,
  'titles and links': `${ESC}]0;title\u0007a${ESC}]8;;http://x${ESC}\\b${ESC}]8;;${ESC}\\\rc\n`,
  'going up further than there is': `one\n${ESC}[99Atwo\n`,
};

describe('LogScreen', () => {
  it.each(Object.entries(DRAWN))(
    'shows what a terminal shows of %s',
    async (_, log) => {
      expect(textOf(log)).toEqual(await shownByTerminal(log));
    },
  );

  it.each(Object.entries(DRAWN))(
    'gives the same lines however a log is cut that holds %s',
    (_, log) => {
      const characters = [...log];
      const whole = show([log]);
      for (let cut = 1; cut < characters.length; cut += 1) {
        const pieces = [
          characters.slice(0, cut).join(''),
          characters.slice(cut).join(''),
        ];
        expect(show(pieces)).toEqual(whole);
      }
      expect(show(characters)).toEqual(whole);
    },
  );

  it('shows what a terminal shows of anything that moves its cursor', async () => {
    const pieces = [
      ...['a', 'bcd', '漢', '\n', '\n', '\r', '\b', '\r\n', '       '],
      ...['A', '2A', 'C', '4D', 'F', '3G', 'K', '1K', '2K', 'J'].map(
        control => `${ESC}[${control}`,
      ),
    ];
    let seed = 7;
    const next = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor((seed / 2147483648) * below);
    };
    for (let round = 0; round < 300; round += 1) {
      const log = Array.from(
        { length: 40 },
        () => pieces[next(pieces.length)],
      ).join('');
      const shown = textOf(log);
      while (shown[shown.length - 1] === '') {
        shown.pop();
      }
      expect({ log, shown }).toEqual({
        log,
        shown: await shownByTerminal(log),
      });
    }
  });

  it('names lines by the byte at which they begin, also beyond ASCII', () => {
    expect(
      show(['äö\n日本', '語\nend'], 100).map(({ offset, text }) => [
        offset,
        text,
      ]),
    ).toEqual([
      [100, 'äö'],
      [105, '日本語'],
      [115, 'end'],
    ]);
  });

  it('keeps only the last state of a progress bar without an end', () => {
    const pieces = Array.from({ length: 50_000 }, (_, i) => `\rstep ${i}`);
    const lines = show(pieces);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ offset: 0, text: 'step 49999' });
  });

  it('hands over what leaves its top, and changes it no more', () => {
    const log = `${'x\n'.repeat(SCREEN_ROWS + 50)}${ESC}[9999Atop`;
    const lines = show([log]);
    expect(lines).toHaveLength(SCREEN_ROWS + 50);
    expect(lines.findIndex(({ text }) => text === 'top')).toBe(51);
  });

  it('breaks a line that is too long into pieces that know they are', () => {
    const lines = show([`${'x'.repeat(LONGEST_LINE * 2)}y\nnext`]);
    expect(
      lines.map(({ text, continued }) => [text.length, continued]),
    ).toEqual([
      [LONGEST_LINE, false],
      [LONGEST_LINE, true],
      [1, true],
      [4, false],
    ]);
    expect(lines.map(({ offset }) => offset)).toEqual([
      0,
      LONGEST_LINE,
      LONGEST_LINE * 2,
      LONGEST_LINE * 2 + 2,
    ]);
  });

  it('is not made to hold more than a log is worth', () => {
    const [line] = show([`${ESC}[999999999Gx\n`]);
    expect(line.text.length).toBeLessThan(300);
    expect(show([`${ESC}[999999999B\n`])).toHaveLength(1);
    const endless = new LogScreen(0);
    const colours = `${ESC}[31m`.repeat(100_000);
    endless.push(`x${colours}`, colours.length + 1);
    expect(endless.pending()[0].text.length).toBeLessThanOrEqual(LONGEST_LINE);
  });

  it('carries colours from line to line, and those that were overwritten', () => {
    const [, second, third] = show([`${ESC}[31mred\nx\r${ESC}[32my\nz\n`]);
    expect(second).toMatchObject({
      text: 'y',
      colours: `${ESC}[31m${ESC}[32m`,
    });
    expect(third.colours).toBe(`${ESC}[31m${ESC}[32m`);
  });

  it('keeps what a cleared terminal showed', () => {
    expect(textOf(`first\n${ESC}[H${ESC}[2Jsecond\n`)).toEqual([
      'first',
      'second',
    ]);
  });
});
