import type { ArchiveFile } from '@model-ci/backstage-plugin-model-ci-common';
import { contentOf, firstFolder } from './folders';

const file = (path: string, size = 1): ArchiveFile => ({
  path,
  type: 'file',
  size,
});

describe('contentOf', () => {
  it('lists folders whether or not the archive names them', () => {
    const files: ArchiveFile[] = [
      { path: 'empty/', type: 'directory', size: 0 },
      { path: 'full', type: 'directory', size: 0 },
      file('full/a'),
      file('unnamed/deep/b'),
      file('c', 1),
      file('c', 2),
    ];
    const { folders, files: here } = contentOf(files, '');
    expect(folders).toEqual(['empty', 'full', 'unnamed']);
    expect(here.map(({ name, size }) => [name, size])).toEqual([['c', 2]]);
    expect(contentOf(files, 'full/')).toMatchObject({
      folders: [],
      files: [{ name: 'a' }],
    });
  });
});

describe('firstFolder', () => {
  it('is the innermost that holds everything', () => {
    expect(firstFolder([file('a/b/c'), file('a/b/d/e')])).toBe('a/b/');
    expect(firstFolder([file('a'), file('b/c')])).toBe('');
  });

  it('ends, whatever the paths are', () => {
    for (const path of ['/etc/passwd', '../../x', '//', '/']) {
      expect(() => firstFolder([file(path)])).not.toThrow();
    }
  });
});
