import type { ParityFigures } from '@model-ci/backstage-plugin-model-ci-common';
import type { Values } from '../examples/types';
import { compareEnvironments } from './compareEnvironments';
import { mostDiffering } from './differing';
import { judgeParity } from './judgeParity';
import type { Predicted } from './types';

function numbers(...values: number[]): Values {
  return { type: 'number', values: Float64Array.from(values), missing: 0 };
}

function labels(...values: string[]): Values {
  return { type: 'text', values, missing: 0 };
}

function predicted(environment: string, values: Values, repeat = 1): Predicted {
  return {
    instance: `on=${environment},repeat=${repeat}`,
    environment,
    idsDigest: 'same',
    rows: async positions =>
      positions.map(at => ({ id: `e${at}`, text: `house ${at}` })),
    ids: async () =>
      Array.from({ length: values.values.length }, (_, at) => `e${at}`),
    prediction: async () => values,
  };
}

describe('compareEnvironments', () => {
  it('compares each with each, beside the noise of each', async () => {
    const compared = await compareEnvironments(
      [
        predicted('a', numbers(1, 2)),
        predicted('a', numbers(1, 2.5), 2),
        predicted('b', numbers(1, 3)),
        predicted('c', numbers(4, 2)),
      ],
      'b',
    );
    expect(compared).toMatchObject({
      type: 'compared',
      result: {
        reference: 'b',
        environments: [
          { name: 'a', floor: { d: 0.25, max: 0.5, changed: 0.5 } },
          { name: 'b' },
          { name: 'c' },
        ],
        pairs: [
          { a: 'a', b: 'b', figures: { d: 1, mean: 0.5, changed: 0.5 } },
          { a: 'a', b: 'c', figures: { d: 9.25 } },
          { a: 'b', b: 'c', figures: { d: 10 } },
        ],
        differing: [
          { environment: 'a', id: 'e1', reference: 3, prediction: 2 },
          { environment: 'c', id: 'e0', difference: 3 },
          { environment: 'c', id: 'e1', difference: -1 },
        ],
      },
    });
  });

  it('finds what only a later repetition does otherwise', async () => {
    const same = [1, 2, 3];
    const compared = await compareEnvironments(
      [
        predicted('a', numbers(...same)),
        predicted('a', numbers(...same), 2),
        predicted('b', numbers(...same)),
        predicted('b', numbers(1, 2, 9), 2),
      ],
      'a',
    );
    expect(compared).toMatchObject({
      type: 'compared',
      result: {
        environments: [{ floor: { d: 0 } }, { floor: { d: 36 } }],
        pairs: [{ a: 'a', b: 'b', figures: { d: 36, max: 6 } }],
        differing: [{ id: 'e2', text: 'house 2', reference: 3, prediction: 9 }],
      },
    });
    if (compared.type !== 'compared') {
      throw new Error(compared.reason.text);
    }
    const gate = { metric: 'parity.d', max: 1e-6 };
    expect(judgeParity([gate], compared.result)).toMatchObject([
      {
        verdict: 'fail',
        value: 36,
        reason: { code: 'parity.notReproducible' },
      },
    ]);
  });

  it('reads repetitions that are known to be equal once', async () => {
    let reads = 0;
    const counted = (environment: string, repeat: number): Predicted => ({
      ...predicted(environment, numbers(1, 2), repeat),
      digest: 'sha256:1',
      prediction: async () => {
        reads += repeat > 1 ? 1 : 0;
        return numbers(1, 2);
      },
    });
    const compared = await compareEnvironments(
      [1, 2, 3].flatMap(repeat => [counted('a', repeat), counted('b', repeat)]),
      'a',
    );
    expect(compared).toMatchObject({
      result: {
        environments: [{ floor: { d: 0 } }, { floor: { d: 0 } }],
        pairs: [{ figures: { d: 0, compared: 2 } }],
      },
    });
    expect(reads).toBe(0);
  });

  it('gives labels the share that changed, and nothing else', async () => {
    const compared = await compareEnvironments(
      [predicted('a', labels('x', 'y')), predicted('b', labels('x', 'z'))],
      'a',
    );
    expect(compared).toMatchObject({
      result: {
        pairs: [{ figures: { compared: 2, unmatched: 0, changed: 0.5 } }],
        differing: [{ id: 'e1', reference: 'y', prediction: 'z' }],
      },
    });
  });
});

describe('mostDiffering', () => {
  it('begins with what is no number, then with the largest difference', () => {
    expect(
      mostDiffering(numbers(1, 1, 1, NaN, 5), numbers(1, 2, NaN, NaN, 9)),
    ).toEqual([2, 4, 1]);
  });

  it('keeps the most of many', () => {
    const count = 10_000;
    const other = Float64Array.from({ length: count }, (_, at) => at);
    const found = mostDiffering(
      { type: 'number', values: new Float64Array(count), missing: 0 },
      { type: 'number', values: other, missing: 0 },
    );
    expect(found).toHaveLength(20);
    expect(found[0]).toBe(count - 1);
    expect(found[19]).toBe(count - 20);
  });
});

describe('judgeParity', () => {
  const result = (...figures: Array<Partial<ParityFigures>>) => ({
    reference: 'a',
    environments: [],
    pairs: figures.map((own, index) => ({
      a: 'a',
      b: `b${index}`,
      figures: { compared: 2, unmatched: 0, ...own },
    })),
    differing: [],
  });
  const gate = { metric: 'parity.d', max: 1 };

  it('holds for the environment that lies farthest away', () => {
    expect(judgeParity([gate], result({ d: 0 }, { d: 0.5 }))).toMatchObject([
      { verdict: 'pass', value: 0.5, demand: { max: 1 } },
    ]);
    expect(judgeParity([gate], result({ d: 2 }, { d: 0 }))).toMatchObject([
      { verdict: 'fail', value: 2 },
    ]);
  });

  it('fails where a figure does not exist, or hides what is no number', () => {
    expect(judgeParity([gate], result({ changed: 0 }))).toMatchObject([
      { verdict: 'fail', reason: { code: 'parity.notMeasured' } },
    ]);
    expect(judgeParity([gate], result({ d: 0, unmatched: 1 }))).toMatchObject([
      { verdict: 'fail', reason: { code: 'parity.unmatched' } },
    ]);
  });

  it('judges no other metric', () => {
    expect(judgeParity([{ metric: 'rmse', max: 1 }], result({ d: 0 }))).toEqual(
      [],
    );
  });
});
