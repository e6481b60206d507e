import { folderOf, matchesPattern } from './filePattern';

describe('patterns of report files', () => {
  it.each([
    ['a/*.xml', 'a/b.xml', true],
    ['a/*.xml', 'a/b/c.xml', false],
    ['a/*.xml', 'a/.xml', true],
    ['a/**/*.xml', 'a/b.xml', true],
    ['a/**/*.xml', 'a/b/c/d.xml', true],
    ['**/x', 'x', true],
    ['**', 'a/b', true],
    ['a/?.xml', 'a/é.xml', true],
    ['a/?.xml', 'a/bb.xml', false],
    ['a.xml', 'aXxml', false],
    ['*a*b', 'xaxbxb', true],
    ['a/**/b/**/c', 'a/x/b/b/y/c', true],
  ])('%s for %s: %s', (pattern, path, matches) => {
    expect(matchesPattern(pattern, path)).toBe(matches);
  });

  it('are decided soon, however many stars they have', () => {
    const pattern = `${'*a'.repeat(200)}b`;
    expect(matchesPattern(pattern, 'a'.repeat(4000))).toBe(false);
  });

  it('say which folder to look in', () => {
    expect(folderOf('a/b/*.xml')).toBe('a/b');
    expect(folderOf('*/b.xml')).toBe('');
    expect(folderOf('a/b.xml')).toBe('a/b.xml');
  });
});
