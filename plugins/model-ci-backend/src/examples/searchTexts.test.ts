import { MemoryArtifactStore } from '../engine/testing/MemoryArtifactStore';
import { columnsOf } from './ExampleColumns';
import { keptColumns } from './keptColumns';
import { openExampleSet } from './openExampleSet';
import { rowsWith } from './searchTexts';
import type { ExampleRow } from './types';
import { writeExampleSet } from './writeExampleSet';

const WORDS = [
  'Cat',
  'tac',
  'Äpfel',
  '猫',
  'STRASSE',
  'ß',
  '',
  'ca',
  't-7',
  'é',
];

function textsOf(count: number): ExampleRow[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `e${i}`,
    // Some have none.
    ...(i % 13 !== 0 && {
      prediction: `${WORDS[i % 10]}${WORDS[(i * 7) % 9]}${i % 50}`,
    }),
    target: i % 2 === 0 ? i / 8 : -i * 1e21,
    scores: {},
    slices: {},
  }));
}

describe('rowsWith', () => {
  const store = new MemoryArtifactStore();
  const open = async () => {
    const { digest } = await writeExampleSet(columnsOf(textsOf(500)), store);
    return await openExampleSet(store, digest, keptColumns(1024 * 1024));
  };

  it.each([
    'cat',
    'CAT',
    'at',
    't',
    'äpfel',
    'Äp',
    '猫',
    'ß',
    'é4',
    'cattac',
    '9cat',
    'x',
    '7',
  ])('finds the same rows for %s as looking at each text', async text => {
    const set = await open();
    const values: ArrayLike<string | number> = (await set.prediction()).values;
    const found = await rowsWith(set, set.header.prediction, text);
    expect([...found].map(Boolean)).toEqual(
      Array.from(values, value =>
        String(value).toLowerCase().includes(text.toLowerCase()),
      ),
    );
  });

  it('finds numbers as they are written', async () => {
    const set = await open();
    const target = set.header.target ?? set.header.prediction;
    const values: ArrayLike<string | number> =
      (await set.target())?.values ?? [];
    for (const text of ['1.5', '-1.1e+22', 'E+', '62.37', 'cat', '1,5']) {
      const found = await rowsWith(set, target, text);
      expect([...found].map(Boolean)).toEqual(
        Array.from(values, value =>
          String(value).toLowerCase().includes(text.toLowerCase()),
        ),
      );
    }
  });

  it('reads each column once', async () => {
    const set = await open();
    const opened = jest.spyOn(store, 'open');
    await rowsWith(set, set.header.prediction, 'cat');
    const reads = opened.mock.calls.length;
    await rowsWith(set, set.header.prediction, 'dog');
    expect(opened).toHaveBeenCalledTimes(reads);
  });
});
