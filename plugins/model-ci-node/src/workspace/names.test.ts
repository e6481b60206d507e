import {
  compareNames,
  comparePaths,
  decodeName,
  encodeName,
  printableName,
} from './names';

describe('names of files', () => {
  it.each([
    ['plain ASCII', Buffer.from('model.bin')],
    ['UTF-8 of all lengths', Buffer.from('aé€😀')],
    ['Latin-1', Buffer.from('caf\xe9.txt', 'latin1')],
    ['a byte that only continues', Buffer.from([0x80, 0x41])],
    ['a sequence that is cut off', Buffer.from([0x41, 0xf0, 0x9f, 0x98])],
    ['an overlong sequence', Buffer.from([0xc0, 0xaf])],
    ['a surrogate in UTF-8', Buffer.from([0xed, 0xb3, 0xa9])],
    [
      'bad bytes behind an emoji',
      Buffer.concat([Buffer.from('😀'), Buffer.from([0xff, 0xfe])]),
    ],
    ['every byte', Buffer.from(Array.from({ length: 255 }, (_, n) => n + 1))],
  ])('keep their bytes: %s', (_, bytes) => {
    expect(encodeName(decodeName(bytes))).toEqual(bytes);
  });

  it('are different texts where their bytes differ', () => {
    const names = ['caf\xe9', 'caf\xe8', 'caf\xc3\xa9'].map(name =>
      decodeName(Buffer.from(name, 'latin1')),
    );
    expect(new Set(names).size).toBe(3);
    expect(names[2]).toBe('café');
  });

  it('are shown with the bytes that have no character', () => {
    const name = decodeName(Buffer.from('caf\xe9\n.txt', 'latin1'));
    expect(printableName(name)).toBe('caf\\xe9\\x0a.txt');
    expect(printableName('größe 😀')).toBe('größe 😀');
  });

  it('have the order of their bytes', () => {
    // In UTF-16, as JavaScript compares, the emoji would come before the private character
    const names = ['b', '\uf8ff', '😀', 'B', 'a'].sort(compareNames);
    expect(names).toEqual(['B', 'a', 'b', '\uf8ff', '😀']);
  });

  it('are walked folder by folder', () => {
    const paths = ['b', 'a.txt', 'a/z', 'a', 'a/b/c', 'a/b'];
    expect(paths.sort(comparePaths)).toEqual([
      ...['a', 'a/b', 'a/b/c', 'a/z', 'a.txt', 'b'],
    ]);
  });
});
