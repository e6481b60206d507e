import { changedPathsMatch } from './changedPaths';

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

  it.each([
    ['*a'.repeat(49), 'b', 5],
    ['*'.repeat(97), 'xya', 1],
  ])(
    'compares as much as it may be given within a few seconds with %s',
    (stars, end, seconds) => {
      const patterns = Array.from({ length: 20 }, () => `${stars}${end}`);
      const paths = Array.from({ length: 16 }, () => 'a'.repeat(4096));
      const start = process.cpuUsage();
      expect(changedPathsMatch(patterns, { folder: '', paths })).toBe(false);
      expect(process.cpuUsage(start).user / 1e6).toBeLessThan(seconds);
    },
  );
});
