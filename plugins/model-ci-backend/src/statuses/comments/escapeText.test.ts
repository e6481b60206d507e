import { escapeText } from './escapeText';

/** What a host reads: with the character references resolved, as it is before mentions and references are looked for. */
function read(text: string): string {
  return escapeText(text, 200).replace(/&#(\d+);/g, (_, code) =>
    String.fromCodePoint(Number(code)),
  );
}

describe('escapeText', () => {
  it.each([
    '@everyone',
    '@{123456:uuid}',
    '#12',
    '!3',
    '%"Release 1"',
    '~"to be merged"',
    '&4',
    '$5',
    '^alert#6',
    'GL-7',
    'gh-8',
    '[issue:9]',
    '[vulnerability:10]',
    'acme/models#11',
    'acme/models@0123456789',
    ':white_check_mark:',
    'https://evil.example',
    'www.evil.example',
    'mailto:a@evil.example',
  ])('leaves %s no reference, link or picture', text => {
    const shown = read(`failed: ${text}`);
    expect(shown).not.toContain(text);
    expect(shown.replaceAll('\u200b', '')).toBe(`failed: ${text}`);
  });

  it('keeps numbers, percentages and times as they are', () => {
    const text = 'accuracy of 0.5 at 95 % at 10:30, class: name';
    expect(escapeText(text, 200)).toBe(text);
  });
});
