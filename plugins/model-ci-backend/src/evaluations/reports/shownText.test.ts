import { MAX_SHOWN_TEXT, readShownText } from './shownText';

describe('readShownText', () => {
  it('keeps a text in one line', () => {
    expect(readShownText('  It broke\n\tafter\u0000 a week. ')).toBe(
      'It broke after a week.',
    );
  });

  it('cuts a long text where everybody sees it, and no character in two', () => {
    const text = readShownText('\u{1F600}'.repeat(MAX_SHOWN_TEXT + 1));
    expect(text).toBe(`${'\u{1F600}'.repeat(MAX_SHOWN_TEXT)}…`);
    expect(readShownText('x'.repeat(MAX_SHOWN_TEXT))).toBe(
      'x'.repeat(MAX_SHOWN_TEXT),
    );
    expect(readShownText(`x${' '.repeat(10_000)}y`)).toBe('x…');
  });

  it('shows what nobody would see, or what turns the line around', () => {
    expect(readShownText('a\u202eb\u200bc')).toBe('a\\u202eb\\u200bc');
    expect(readShownText('half \ud83d.')).toBe('half \ufffd.');
  });

  it.each([[3], [true], [null], [['a']], [{ a: 1 }], [undefined], [' \n']])(
    'takes nothing from %j',
    value => expect(readShownText(value)).toBeUndefined(),
  );
});
