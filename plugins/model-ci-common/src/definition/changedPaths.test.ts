import { changedPathsMatch, findTouched } from './changedPaths';
import { PatternSet } from './PatternSet';

describe('changedPathsMatch', () => {
  it.each([
    ['the root', '', ['**'], 'train.py', true],
    ['the root', '', ['*.py'], 'src/train.py', false],
    ['the root', '', ['/src/*.py'], 'src/train.py', true],
    ['its own folder', 'models/a', ['**'], 'models/a/train.py', true],
    ['its own folder', 'models/a', ['./data/'], 'models/a/data/x.csv', true],
    ['its own folder', 'models/a', ['**'], 'models/b/train.py', false],
    ['its own folder', 'models/a', ['**'], 'models/ab/train.py', false],
    ['a shared folder', 'models/a', ['**', '/lib/'], 'lib/x.py', true],
    ['a shared folder', 'models/a', ['**', 'lib/'], 'lib/x.py', false],
    ['a folder with wildcards in its name', 'a*', ['**'], 'ab/x', false],
    ['a folder with wildcards in its name', 'a*', ['**'], 'a*/x', true],
    ['a name beyond ASCII', '', ['дані/**'], 'дані/файл.csv', true],
  ])('sees in %s (%j, %j) whether %s is meant', (...args) => {
    const [, folder, patterns, path, expected] = args;
    expect(changedPathsMatch(patterns, { folder, paths: ['x', path] })).toBe(
      expected,
    );
  });

  it('sees nothing where nothing has changed', () => {
    expect(changedPathsMatch(['**'], { folder: '', paths: [] })).toBe(false);
  });

  it('says which patterns are meant', () => {
    expect([
      ...findTouched(['/lib/', './train.py', '*.md', '/**/x'], {
        folder: 'models/a',
        paths: ['lib/deep/x', 'models/a/train.py', 'README.md'],
      }),
    ]).toEqual(['/lib/', '/**/x', './train.py']);
  });
});

describe('PatternSet', () => {
  it.each([
    ['*', 'ab', true],
    ['*', 'a/b', false],
    ['**', 'a/b', true],
    ['***', 'a/b', true],
    ['', '', true],
    ['**', '', true],
    ['*a*b', 'xaxxb', true],
    ['*a*b', 'xaxxbx', false],
    ['a?c', 'a𝒳c', true],
    ['a?c', 'a/c', false],
    ['**/b*/*', 'a/a/bc/d', true],
    [`${'a'.repeat(31)}*b`, `${'a'.repeat(31)}xxb`, true],
    [`${'a'.repeat(31)}*`, 'a'.repeat(31), true],
    [`${'a'.repeat(32)}*b`, `${'a'.repeat(32)}b`, true],
    ['𝒳**', '𝒳/y', true],
  ])('reads %s against %s', (pattern, text, expected) => {
    // Others before and after it must not lead into it, nor it into them.
    for (const patterns of [
      [pattern],
      ['a', 'b*', pattern, 'a*'],
      ['**z', pattern, 'x'],
    ]) {
      const own = patterns.indexOf(pattern);
      expect(new PatternSet(patterns).findMatching(text).includes(own)).toBe(
        expected,
      );
    }
  });

  it('takes as many steps for each character as all that a definition may have need, whatever they are', () => {
    const patterns = ['*a', '**', 'ab'].map(part =>
      Array.from({ length: 20 }, () =>
        part.repeat(50).slice(0, 99).concat('/**'),
      ),
    );
    for (const largest of patterns) {
      expect(new PatternSet(largest).words).toBeLessThanOrEqual(65);
    }
  });
});
