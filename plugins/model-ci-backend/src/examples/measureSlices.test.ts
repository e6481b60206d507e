import { MemoryArtifactStore } from '../engine/testing/MemoryArtifactStore';
import { jackknifeError } from './jackknife';
import { measureSlices } from './measureSlices';
import { openExampleSet } from './openExampleSet';
import { writeExampleSet } from './writeExampleSet';
import type { ExampleRow } from './types';

async function setOf(rows: Array<Partial<ExampleRow>>) {
  const store = new MemoryArtifactStore();
  const { digest } = await writeExampleSet(
    rows.map((row, i) => ({ id: String(i), scores: {}, slices: {}, ...row })),
    store,
  );
  return openExampleSet(store, digest);
}

const people: Array<Partial<ExampleRow>> = [
  { prediction: 1, target: 1, slices: { age: 'young', sex: 'f' } },
  { prediction: 1, target: 0, slices: { age: 'young' } },
  { prediction: 0, target: 0, slices: { age: 'young' } },
  { prediction: 1, target: 1, slices: { age: '65+' } },
  { prediction: 0, target: 1, slices: {} },
];

describe('measureSlices', () => {
  it('measures each slice by the metrics that were asked for', async () => {
    const { metrics, slices, leftOut } = await measureSlices(
      await setOf(people),
      ['f1', 'accuracy', 'churn'],
    );
    expect({ slices, leftOut }).toEqual({ slices: 3, leftOut: 0 });
    expect(metrics).toEqual([
      {
        metric: 'f1',
        slice: 'age=young',
        value: 2 / 3,
        n: 3,
        // Without the example of the class there is no F1.
        stderr: expect.any(Number),
      },
      {
        metric: 'accuracy',
        slice: 'age=young',
        value: 2 / 3,
        n: 3,
        // sd / √n
        stderr: expect.closeTo(1 / 3, 12),
      },
      expect.objectContaining({ metric: 'f1', slice: 'age=65+', n: 1 }),
      {
        metric: 'accuracy',
        slice: 'age=65+',
        value: 1,
        n: 1,
        // One example says nothing about how much others vary.
        stderr: undefined,
      },
      expect.objectContaining({ metric: 'f1', slice: 'sex=f', n: 1 }),
      expect.objectContaining({ metric: 'accuracy', slice: 'sex=f', n: 1 }),
    ]);
  });

  it('measures by the score, and by the usual metrics where there is none', async () => {
    const scored = await setOf([
      { prediction: 1, target: 2, scores: { score: 0.5 }, slices: { a: '1' } },
    ]);
    expect((await measureSlices(scored, [])).metrics).toMatchObject([
      { metric: 'score', value: 0.5 },
    ]);
    const plain = await setOf([
      { prediction: 1, target: 2, slices: { a: '1' } },
    ]);
    expect((await measureSlices(plain, ['bleu'])).metrics).toMatchObject([
      { metric: 'accuracy', value: 0 },
      { metric: 'rmse', value: 1 },
    ]);
  });

  it('leaves out what a slice does not define', async () => {
    const set = await setOf([
      { prediction: 3, target: 5, scores: { score: NaN }, slices: { a: '1' } },
    ]);
    expect((await measureSlices(set, ['r2'])).metrics).toEqual([]);
  });

  it('measures the largest slices where there are too many', async () => {
    const set = await setOf(
      Array.from({ length: 402 }, (_, i) => ({
        prediction: 1,
        target: 1,
        slices: { id: String(Math.floor(i / 1.5)) },
      })),
    );
    const { slices, leftOut, metrics } = await measureSlices(set, ['accuracy']);
    expect([slices, leftOut, metrics.length]).toEqual([200, 68, 200]);
    expect(metrics[0].n).toBe(2);
  });

  it('names no slice that it does not measure', async () => {
    const set = await setOf(
      Array.from({ length: 2000 }, (_, i) => ({
        prediction: 1,
        target: 1,
        slices: { a: String(i), b: i < 2 ? 'large' : String(i) },
      })),
    );
    let named = 0;
    const counted: typeof set.slice = async name => {
      const labels = await set.slice(name);
      return (
        labels && {
          ...labels,
          names: new Proxy(labels.names, {
            get(names, key) {
              named += /^\d+$/.test(String(key)) ? 1 : 0;
              return Reflect.get(names, key);
            },
          }),
        }
      );
    };
    const { metrics, slices, leftOut } = await measureSlices(
      { ...set, slice: counted },
      ['accuracy'],
    );
    expect({ slices, leftOut }).toEqual({ slices: 200, leftOut: 3799 });
    // The largest, and the first of those that are equally large.
    expect(metrics.slice(0, 3).map(({ slice, n }) => [slice, n])).toEqual([
      ['b=large', 2],
      ['a=0', 1],
      ['a=1', 1],
    ]);
    expect(named).toBeLessThanOrEqual(400);
  });

  it('measures nothing without slices', async () => {
    const set = await setOf([{ prediction: 1, target: 1 }]);
    expect(await measureSlices(set, ['accuracy'])).toEqual({
      metrics: [],
      slices: 0,
      leftOut: 0,
    });
  });
});

describe('jackknifeError', () => {
  const mean = (values: number[]) => (weights: Float64Array) =>
    weights.reduce((sum, w, i) => sum + w * values[i], 0) /
    weights.reduce((sum, w) => sum + w, 0);

  it('is sd / √n of a mean of few examples', async () => {
    const values = [1, 2, 4, 8];
    const sd = Math.sqrt(
      values.reduce((sum, v) => sum + (v - 3.75) ** 2, 0) / 3,
    );
    expect(await jackknifeError(mean(values), 4)).toBeCloseTo(sd / 2, 12);
  });

  it('knows that groups stand and fall together', async () => {
    const values = [1, 1, 0, 0];
    const alone = await jackknifeError(mean(values), 4);
    const grouped = await jackknifeError(mean(values), 4, ['a', 'a', 'b', 'b']);
    expect(grouped).toBeCloseTo(0.5, 12);
    expect(alone).toBeLessThan(0.3);
    expect(await jackknifeError(mean(values), 4, ['a', 'a', 'a', 'a'])).toBe(
      undefined,
    );
  });

  it('is near it for many examples', async () => {
    const values = Array.from({ length: 5000 }, (_, i) => i % 2);
    const error = await jackknifeError(mean(values), values.length);
    expect(error).toBeGreaterThan(0.8 * (0.5 / Math.sqrt(5000)));
    expect(error).toBeLessThan(1.2 * (0.5 / Math.sqrt(5000)));
  });
});
