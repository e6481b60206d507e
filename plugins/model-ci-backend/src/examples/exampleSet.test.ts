import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { FileSystemArtifactStore } from '../storage/FileSystemArtifactStore';
import { breathe, ROWS_AT_ONCE, SORTED_AT_ONCE } from './breathe';
import { columnsOf, ExampleColumns, MAX_NAMES } from './ExampleColumns';
import { exampleRows } from './exampleRows';
import { openExampleSet } from './openExampleSet';
import { sortedPositions } from './sortedPositions';
import { writeExampleSet } from './writeExampleSet';
import type { ExampleRow } from './types';

jest.mock('./breathe', () => {
  const actual = jest.requireActual<typeof import('./breathe')>('./breathe');
  // So few that a test of several pieces takes no time
  return {
    ROWS_AT_ONCE: 500,
    SORTED_AT_ONCE: 1500,
    breathe: jest.fn(actual.breathe),
  };
});

/** Always the same numbers from 0 to 1, in no order (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state += 0x6d2b79f5;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const row = (id: string, rest: Partial<ExampleRow> = {}): ExampleRow => ({
  id,
  prediction: 1,
  scores: {},
  slices: {},
  ...rest,
});

describe('example sets', () => {
  let directory: string;
  let store: FileSystemArtifactStore;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'example-sets-'));
    store = await FileSystemArtifactStore.create({ directory });
  });

  afterAll(() => rm(directory, { recursive: true, force: true }));

  const write = (rows: ExampleRow[]) => writeExampleSet(rows, store);
  const stored = async (rows: ExampleRow[]) =>
    openExampleSet(store, (await write(rows)).digest);

  it('sorts by the code units of ids, whatever order they come in', async () => {
    // By UTF-8, the last two would be the other way round.
    const ids = ['b', 'B', '10', '9', 'é', '\u{1F600}', '\uFF5E'];
    const set = await stored(ids.map(id => row(id)));
    expect(await set.ids()).toEqual([
      '10',
      '9',
      'B',
      'b',
      'é',
      '\u{1F600}',
      '\uFF5E',
    ]);
    const other = await stored([...ids].reverse().map(id => row(id)));
    expect(other.idsDigest).toBe(set.idsDigest);
    expect((await stored([row('b')])).idsDigest).not.toBe(set.idsDigest);
  });

  it('gives the event loop to others in each column', async () => {
    const pieces = 3;
    const turnsOf = async (rest: Partial<ExampleRow>) => {
      const rows = Array.from({ length: pieces * ROWS_AT_ONCE }, (_, i) =>
        row(`e${i}`, rest),
      );
      const columns = columnsOf(rows);
      jest.mocked(breathe).mockClear();
      await writeExampleSet(columns, store);
      return jest.mocked(breathe).mock.calls.length;
    };
    const least = await turnsOf({});
    expect(await turnsOf({ target: 1 })).toBe(least + pieces);
    expect(await turnsOf({ scores: { a: 1, b: 2 } })).toBe(least + 2 * pieces);
    expect(await turnsOf({ slices: { size: 'odd' } })).toBe(least + pieces);
  });

  it('digests the ids of many examples piece by piece', async () => {
    const rows = Array.from({ length: 1000 }, (_, i) =>
      row(`${i}`.padEnd(1000)),
    );
    const columns = columnsOf(rows);
    jest.mocked(breathe).mockClear();
    await writeExampleSet(columns, store);
    const [ids, prediction] = [2, 2];
    // The run that is sorted; of the digest, where the ids end, and their text in four pieces
    expect(breathe).toHaveBeenCalledTimes(1 + ids + prediction + 1 + 4);
  });

  it('keeps ids apart whose texts are the same in a row', async () => {
    const one = await stored([row('ab'), row('c')]);
    const other = await stored([row('a'), row('bc')]);
    expect(one.idsDigest).not.toBe(other.idsDigest);
  });

  it('keeps each column', async () => {
    const set = await stored([
      row('b', {
        prediction: 2.5,
        target: 3,
        scores: { score: 0.5, acc: 1 },
        group: 'g1',
        slices: { age: '65+' },
      }),
      row('a', { prediction: -0, scores: { acc: 0 }, slices: { age: '18' } }),
      row('c', { target: 1e-300, scores: { score: NaN }, group: 'g0' }),
    ]);
    expect(set).toMatchObject({
      count: 3,
      scoreNames: ['score', 'acc'],
      slices: ['age'],
      hasTarget: true,
      hasGroup: true,
    });
    expect(await set.prediction()).toEqual({
      type: 'number',
      values: Float64Array.of(-0, 2.5, 1),
      missing: 0,
    });
    expect(await set.target()).toEqual({
      type: 'number',
      values: Float64Array.of(NaN, 3, 1e-300),
      missing: 1,
    });
    expect(await set.score()).toEqual(Float64Array.of(NaN, 0.5, NaN));
    expect(await set.score('acc')).toEqual(Float64Array.of(0, 1, NaN));
    expect(await set.score('other')).toBeUndefined();
    expect(await set.group()).toEqual({
      names: ['g1', 'g0'],
      codes: Int32Array.of(-1, 0, 1),
    });
    expect(await set.slice('age')).toEqual({
      names: ['65+', '18'],
      codes: Int32Array.of(1, 0, -1),
    });
    expect(await set.slice('constructor')).toBeUndefined();
  });

  it('keeps texts, and opens sets of before there were any', async () => {
    const set = await stored([row('b', { text: 'Ein Satz ☃' }), row('a')]);
    expect(
      (await exampleRows(set, [0, 1])).map(({ id, text }) => [id, text]),
    ).toEqual([
      ['a', undefined],
      ['b', 'Ein Satz ☃'],
    ]);
    const before = await stored([row('a')]);
    expect(before.header).not.toHaveProperty('text');
    expect((await exampleRows(before, [0]))[0].text).toBeUndefined();
  });

  it('leaves out texts that are too much', async () => {
    const columns = new ExampleColumns({ maxShownTextBytes: 10 });
    ['12345', '1234567', '12345', '1'].forEach((text, i) =>
      columns.add(row(String(i), { text })),
    );
    const { digest } = await writeExampleSet(columns, store);
    const set = await openExampleSet(store, digest);
    expect(
      (await exampleRows(set, [0, 1, 2, 3])).map(({ text }) => text),
    ).toEqual(['12345', undefined, '12345', undefined]);
  });

  it('makes texts of numbers where there are texts among them', async () => {
    const set = await stored([
      row('a', { prediction: 7, target: '' }),
      row('b', { prediction: 'sieben ☃', target: undefined }),
    ]);
    expect(await set.prediction()).toEqual({
      type: 'text',
      values: ['7', 'sieben ☃'],
      missing: 0,
    });
    expect(await set.target()).toEqual({
      type: 'text',
      values: ['', ''],
      missing: 1,
    });
  });

  it('answers no columns that nobody wrote', async () => {
    const set = await stored([row('a')]);
    expect(await set.target()).toBeUndefined();
    expect(await set.group()).toBeUndefined();
    expect(await set.score()).toBeUndefined();
  });

  it('holds no examples at all if there are none', async () => {
    const set = await stored([]);
    expect(await set.ids()).toEqual([]);
    expect(await exampleRows(set, [])).toEqual([]);
  });

  it('reads some rows, in the order in which they are asked for', async () => {
    const text = 'x'.repeat(300_000);
    const rows = [
      row('a', { prediction: `${text}1`, target: 1, group: 'g' }),
      row('b', {
        prediction: 'short',
        scores: { score: 1 },
        slices: { age: '1' },
      }),
      row('c', { prediction: `${text}2`, group: 'h' }),
    ];
    const set = await stored(rows);
    const open = jest.spyOn(store, 'open');
    const [c, a, again] = await exampleRows(set, [2, 0, 2]);
    expect(c).toEqual({ ...rows[2], scores: { score: NaN } });
    expect(a).toEqual({ ...rows[0], scores: { score: NaN } });
    expect(again).toEqual(c);
    expect((await exampleRows(set, [1]))[0]).toEqual({
      ...rows[1],
    });
    expect(open.mock.calls.length).toBeLessThan(40);
  });

  it('keeps examples in order that are sorted in several pieces', async () => {
    const random = numbersFrom(1);
    const count = 3 * SORTED_AT_ONCE + 1;
    const rows = Array.from({ length: count }, (_, i) =>
      row(`${Math.floor(random() * 1e9)}-${i}`, {
        prediction: i,
        target: `label ${i % 10}`,
      }),
    );
    const set = await stored(rows);
    const ids = await set.ids();
    const byId = new Map(rows.map(({ id, prediction }) => [id, prediction]));
    const prediction = await set.prediction();
    const targets = (await set.target())?.values;
    const misplaced = ids.filter(
      (id, i) =>
        (i > 0 && ids[i - 1] >= id) ||
        byId.get(id) !== prediction.values[i] ||
        targets?.[i] !== `label ${Number(prediction.values[i]) % 10}`,
    );
    expect(ids).toHaveLength(count);
    expect(misplaced).toEqual([]);
  });

  it('says so of a blob that is none', async () => {
    const { digest } = await store.write(Readable.from(['MCIEXS01 and more']));
    await expect(openExampleSet(store, digest)).rejects.toThrow(
      'is no example set',
    );
    const short = await store.write(Readable.from(['MC']));
    await expect(openExampleSet(store, short.digest)).rejects.toThrow(
      'is no example set',
    );
  });

  it('refuses more names than pages can show', () => {
    const scores = Object.fromEntries(
      Array.from({ length: MAX_NAMES + 1 }, (_, i) => [`m${i}`, 1]),
    );
    expect(() => columnsOf([row('a', { scores })])).toThrow(
      'more than 64 different names',
    );
  });

  it.each<[string, (i: number) => ExampleRow]>([
    ['ids', i => row(`${'☃'.repeat(1000)}${i}`)],
    ['groups', i => row(`${i}`, { group: `${'☃'.repeat(1000)}${i}` })],
    ['slices', i => row(`${i}`, { slices: { a: `${'☃'.repeat(1000)}${i}` } })],
  ])('counts the bytes of %s', (_, rowAt) => {
    const addAll = (count: number) => {
      const columns = new ExampleColumns({ maxTextBytes: 2 ** 20 });
      for (let i = 0; i < count; i += 1) {
        columns.add(rowAt(i));
      }
    };
    // Each has three thousand bytes.
    expect(() => addAll(340)).not.toThrow();
    expect(() => addAll(350)).toThrow('more than 1 MiB of text');
  });

  it('counts names of scores, of examples that are there already as well', () => {
    const columns = new ExampleColumns({ maxTextBytes: 2 ** 20 });
    columns.add(row('a'));
    expect(() => columns.addScores(0, { ['m'.repeat(2 ** 20)]: 1 })).toThrow(
      'more than 1 MiB of text',
    );
  });

  it('has a header of any length that is allowed', async () => {
    const scores = Object.fromEntries(
      Array.from({ length: MAX_NAMES }, (_, i) => [
        `${i}${'n'.repeat(2000)}`,
        i,
      ]),
    );
    const set = await stored([row('a', { scores })]);
    expect(await set.score(set.scoreNames[63])).toEqual(Float64Array.of(63));
  });
});

describe('sortedPositions', () => {
  it.each([
    0,
    1,
    SORTED_AT_ONCE - 1,
    SORTED_AT_ONCE,
    SORTED_AT_ONCE + 1,
    5 * SORTED_AT_ONCE - 1,
  ])('sorts %d texts', async count => {
    const random = numbersFrom(count);
    const texts = Array.from({ length: count }, () => random().toString(36));
    const positions = await sortedPositions(texts);
    expect(Array.from(positions, i => texts[i])).toEqual([...texts].sort());
  });
});
