import { MemoryArtifactStore } from '../engine/testing/MemoryArtifactStore';
import { packFiles } from '../engine/testing/FakeSource';
import { Readable } from 'node:stream';
import { haveSameSource } from './sameSource';

const FILES = { 'README.md': 'a', 'src/score.py': 'b', 'prompts/ask.md': 'c' };

describe('haveSameSource', () => {
  const store = new MemoryArtifactStore();
  const write = async (files: Record<string, string>) => {
    const { digest } = await store.write(
      Readable.from([await packFiles(files)]),
    );
    return digest;
  };
  const isSame = async (files: Record<string, string>) =>
    await haveSameSource(store, [await write(FILES), await write(files)]);

  it.each([
    ['nothing is', FILES],
    ['its README is', { ...FILES, 'README.md': 'other' }],
    ['a file in docs is', { ...FILES, 'docs/a/b.md': 'new' }],
    ['its licence is', { ...FILES, LICENSE: 'new' }],
  ])('holds where %s another', async (_what, files) => {
    expect(await isSame(files)).toBe(true);
  });

  it.each([
    ['a program is', { ...FILES, 'src/score.py': 'B' }],
    ['a prompt is', { ...FILES, 'prompts/ask.md': 'C' }],
    ['a program in docs is', { ...FILES, 'docs/conf.py': 'new' }],
    ['a program is new', { ...FILES, 'src/readme.py': 'new' }],
    ['a program is gone', { 'README.md': 'a', 'prompts/ask.md': 'c' }],
  ])('does not where %s another', async (_what, files) => {
    expect(await isSame(files)).toBe(false);
  });

  it('does not where one is no longer kept', async () => {
    const gone = `sha256:${'0'.repeat(64)}`;
    const kept = await write(FILES);
    expect(await haveSameSource(store, [gone, kept])).toBe(false);
    expect(await haveSameSource(store, [gone, gone])).toBe(true);
  });
});
