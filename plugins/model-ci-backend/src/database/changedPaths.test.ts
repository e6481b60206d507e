import { formatChangedPaths, parseChangedPaths } from './changedPaths';

describe('Changed paths', () => {
  it('are read as they were stored', () => {
    const changed = { folder: 'models/a', paths: ['lib/дані "x".csv'] };
    expect(parseChangedPaths(formatChangedPaths(changed))).toEqual(changed);
  });

  it.each([
    ['nobody knows', undefined],
    ['are very many', Array.from({ length: 1_501 }, (_, each) => `${each}`)],
    ['are very long', Array.from({ length: 17 }, () => 'a'.repeat(4096))],
  ])('are unknown where they %s', (_, paths) => {
    const stored = formatChangedPaths(paths && { folder: '', paths });
    expect(parseChangedPaths(stored)).toBeUndefined();
  });
});
