import { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { tarOf, type TarEntry } from '../__testUtils__/gitHost';
import { readTreeEntry } from './treeEntry';

/** What the entry means after a trip through a real archive. */
async function read(entry: TarEntry) {
  const results = [];
  const archive = Readable.from([Buffer.from(await tarOf([entry]))]);
  for await (const found of archive.pipe(extract())) {
    results.push(readTreeEntry(found.header));
    found.resume();
  }
  return results[0];
}

describe('readTreeEntry', () => {
  it('keeps files with their mode, and links that stay inside', async () => {
    expect(await read({ name: './src/a.py', content: 'x' })).toEqual({
      kind: 'file',
      path: 'src/a.py',
      executable: false,
      size: 1,
    });
    expect(await read({ name: 'run', mode: 0o755 })).toMatchObject({
      executable: true,
    });
    expect(
      await read({ name: 'a/b', type: 'symlink', linkname: '../c' }),
    ).toEqual({ kind: 'link', path: 'a/b', target: '../c' });
    expect(await read({ name: '.gitignore' })).toMatchObject({
      path: '.gitignore',
    });
    expect(await read({ name: './', type: 'directory' })).toBeUndefined();
  });

  it.each([
    '/etc/passwd',
    '../escape',
    'a/../../escape',
    'a//b',
    'a/./b',
    'a\\b',
    'a\nb',
    '.git/config',
    'sub/.GIT/hooks/post-checkout',
    'sub/.git',
    '.git /config',
    '.git./config',
    '.git::$INDEX_ALLOCATION/config',
    'GIT~1/config',
    '.g\u200cit/config',
  ])('refuses a file at %j', async name => {
    await expect(read({ name, content: 'x' })).rejects.toThrow(
      /The archive's entry/,
    );
  });

  it.each([
    ['out', '../x'],
    ['a/out', '../../x'],
    ['abs', '/etc/passwd'],
    ['git', '.git/config'],
    ['back', 'a\\b'],
    ['.gitmodules', 'x'],
    ['sub/.GitAttributes', 'x'],
  ])('refuses a link at %s to %s', async (name, linkname) => {
    await expect(read({ name, type: 'symlink', linkname })).rejects.toThrow(
      /The archive's link/,
    );
  });

  it.each(['link', 'fifo', 'character-device', 'block-device'] as const)(
    'refuses a %s',
    async type => {
      await expect(read({ name: 'x', type, linkname: 'y' })).rejects.toThrow(
        'only files, folders and symbolic links can be committed',
      );
    },
  );
});
