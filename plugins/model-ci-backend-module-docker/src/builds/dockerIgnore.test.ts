import { parseDockerIgnore } from './dockerIgnore';

function left(text: string, paths: string[]): string[] {
  const isIgnored = parseDockerIgnore(text);
  return paths.filter(path => !isIgnored(path));
}

describe('.dockerignore', () => {
  it('leaves out what it names, and what is below', () => {
    expect(
      left('# a comment\n\n.git\n/data/\n  *.pyc  \n', [
        '.git/config',
        'data/a/b',
        'a.pyc',
        'src/a.pyc',
        'mydata/x',
        '#x',
      ]),
    ).toEqual(['src/a.pyc', 'mydata/x', '#x']);
  });

  it('lets the last rule decide', () => {
    expect(
      left('*\n!model\n!app.py\nmodel/tmp\n', [
        'model/weights.json',
        'model/tmp/x',
        'app.py',
        'other',
      ]),
    ).toEqual(['model/weights.json', 'app.py']);
  });

  it.each([
    ['**/*.pyc', ['a.pyc', 'a/b/c.pyc'], ['a.py']],
    ['**/x', ['x', 'a/x', 'a/b/x'], ['ax', 'a/bx']],
    ['a/**', ['a/b', 'a/b/c'], ['a', 'b/a']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb']],
    ['**', ['a', 'a/b'], []],
    ['a?c', ['abc'], ['a/c', 'ac']],
    ['[a-c]x[^0-9]', ['axz', 'cxy'], ['dxz', 'ax1']],
    ['\\*', ['*'], ['a']],
    ['a*b*c', ['abc', 'axbxc'], ['a/bc', 'ab']],
    ['./a/../b', ['b', 'b/c'], ['a']],
  ])('%s', (rule, ignored, kept) => {
    expect(left(rule, [...ignored, ...kept])).toEqual(kept);
  });

  it('takes no time that grows faster than what it reads', () => {
    const rule = `${'*a'.repeat(60)}b`;
    const started = Date.now();
    expect(left(rule, ['a'.repeat(250)])).toHaveLength(1);
    expect(Date.now() - started).toBeLessThan(500);
    const rules = Array.from({ length: 2_000 }, () => `${'?*'.repeat(200)}b`);
    expect(() => left(rules.join('\n'), ['a'.repeat(250)])).toThrow(
      'too large to be compared',
    );
  });
});
