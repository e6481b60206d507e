import { admitEntries } from './admitEntries';
import type { Header } from './tarHeader';
import {
  ancestors,
  linkStaysInside,
  relativeTarget,
  workspacePath,
} from './paths';

function header(name: string, rest: Partial<Header> = {}): Header {
  return {
    name,
    type: 'file',
    size: 0,
    mode: 0o644,
    mtime: new Date(0),
    linkname: '',
    uid: 0,
    gid: 0,
    uname: '',
    gname: '',
    ...rest,
  };
}

describe('paths of a workspace', () => {
  it.each([
    ['a', 'a'],
    ['./a//b/', 'a/b'],
    ['a/../b', 'b'],
    ['.', ''],
    ['', ''],
    ['..a', '..a'],
  ])('%j is plainly %j', (path, plain) => {
    expect(workspacePath(path)).toBe(plain);
  });

  it.each(['/', '/a', '..', '../a', 'a/../..', 'a/../../b', 'a\0b'])(
    '%j is refused',
    path => {
      expect(() => workspacePath(path)).toThrow(
        expect.objectContaining({ name: 'InputError' }),
      );
    },
  );

  it('have the folders above them', () => {
    expect(ancestors('a/b/c')).toEqual(['a', 'a/b']);
    expect(ancestors('a')).toEqual([]);
  });

  it.each([
    ['a/l', '/w/a/b', 'b'],
    ['a/l', '/w/c/../a/b/', 'b'],
    ['a/l', '/w', '..'],
    ['l', '/w/', '.'],
    ['l', '/real/w/x', 'x'],
    ['l', '/wx', '/wx'],
    ['l', '/w/../etc', '/w/../etc'],
    ['l', '../w', '../w'],
  ])('has of the link %s to %s the target %s', (path, target, relative) => {
    expect(relativeTarget(path, target, ['/w', '/real/w'])).toBe(relative);
  });

  it('know where a link leads', () => {
    expect(linkStaysInside('a/b', '../c')).toBe(true);
    expect(linkStaysInside('a/b', '../../c')).toBe(false);
    expect(linkStaysInside('a', '/c')).toBe(false);
    expect(linkStaysInside('a', '..')).toBe(false);
  });
});

describe('entries of a workspace', () => {
  it('are placed under the path of their part', () => {
    const admit = admitEntries();
    expect(admit(header('./x/y', { size: 3 }), 'model')).toEqual({
      path: 'model/x/y',
      type: 'file',
      mode: 0o644,
      mtime: new Date(0),
      size: 3,
    });
    expect(admit(header('.', { type: 'directory' }), '')).toMatchObject({
      path: '',
    });
    expect(
      admit(header('hard', { type: 'link', linkname: './x/y' }), 'model'),
    ).toMatchObject({ type: 'link', target: 'model/x/y' });
  });

  it('lose what a workspace has no place for', () => {
    const admit = admitEntries();
    expect(admit(header('tool', { mode: 0o4111 }), '').mode).toBe(0o711);
    expect(
      admit(header('dir', { type: 'directory', mode: 0o2055 }), '').mode,
    ).toBe(0o755);
  });

  it.each([
    [header('../a')],
    [header('/etc/passwd')],
    [header('a/../../b')],
    [header('l', { type: 'symlink', linkname: '/etc' })],
    [header('l', { type: 'symlink', linkname: '../x' })],
    [header('l', { type: 'link', linkname: '../x' })],
    [header('d', { type: 'block-device' })],
    [header('d', { type: 'character-device' })],
    [header('d', { type: 'fifo' })],
  ])('are refused when they reach outside: %j', bad => {
    expect(() => admitEntries()(bad, '')).toThrow(
      expect.objectContaining({ name: 'InputError' }),
    );
  });

  it('are refused below a link, also in a later part', () => {
    const admit = admitEntries();
    admit(header('deep/a/b/s', { type: 'symlink', linkname: '../../..' }), '');
    admit(header('t', { type: 'symlink', linkname: 'deep/a/b/s/../x' }), '');
    expect(() => admit(header('evil'), 't')).toThrow(
      "'t/evil' would be written through the link 't'",
    );
    expect(() => admit(header('x'), 'deep/a/b/s/y')).toThrow(
      'through the link',
    );
  });

  it('may replace a link and then go below it', () => {
    const admit = admitEntries();
    admit(header('a', { type: 'symlink', linkname: 'b' }), '');
    admit(header('a', { type: 'directory' }), '');
    expect(admit(header('a/x'), '').path).toBe('a/x');
  });
});
