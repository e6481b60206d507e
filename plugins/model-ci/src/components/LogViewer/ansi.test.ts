import { colourStateAfter, parseAnsi, plainText } from './ansi';

const ESC = '\u001b';

describe('parseAnsi', () => {
  it('splits a line into coloured segments', () => {
    expect(
      parseAnsi(`${ESC}[31;1mE${ESC}[0m plain ${ESC}[38;5;208mx${ESC}[m`),
    ).toEqual([
      expect.objectContaining({ text: 'E', foreground: 'red', bold: true }),
      expect.objectContaining({ text: ' plain ', bold: false }),
      expect.objectContaining({ text: 'x', foreground: 'palette-208' }),
    ]);
  });

  it('goes on in the colours of the line before', () => {
    const state = colourStateAfter('', `a ${ESC}[32mgreen`);
    expect(parseAnsi('still', state)).toEqual([
      expect.objectContaining({ text: 'still', foreground: 'green' }),
    ]);
    expect(colourStateAfter(state, `${ESC}[0m`)).toBe('');
  });

  it('keeps the remembered colours short, whatever a log does', () => {
    const state = colourStateAfter('', `${ESC}[31m`.repeat(10_000));
    expect(state.length).toBeLessThanOrEqual(256);
  });

  it('leaves text that looks like HTML as text', () => {
    const html = '<img src=x onerror=alert(1)>&amp;';
    expect(parseAnsi(html)).toEqual([expect.objectContaining({ text: html })]);
  });

  it.each([
    ['a cursor movement', `${ESC}[2K${ESC}[1Gtext`],
    ['a window title', `${ESC}]0;title\u0007text`],
    ['a hyperlink', `${ESC}]8;;http://evil${ESC}\\text${ESC}]8;;${ESC}\\`],
    ['an unfinished title', `text${ESC}]0;never ends`],
    ['a lone escape', `${ESC}text`.replace('t', '7t')],
    ['control characters', '\u0000te\u0008xt\u007f'],
    ['a cut-off colour', `text${ESC}[3`.slice(0, -2) + ESC],
  ])('shows nothing of %s', (_, line) => {
    expect(plainText(line)).toBe('text');
    expect(
      parseAnsi(line)
        .map(({ text }) => text)
        .join(''),
    ).toBe('text');
  });
});
