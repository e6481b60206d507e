import { thinPoints } from './thinPoints';

function line(values: number[], digestAt: (i: number) => string = () => 'a') {
  return values.map((value, i) => ({
    value,
    at: i,
    datasetDigest: digestAt(i),
  }));
}

describe('thinPoints', () => {
  it('leaves few points alone', () => {
    const points = line([1, 2, 3]);
    expect(thinPoints(points, 3)).toEqual(points);
  });

  it('keeps first, last and every outlier of many, in their order', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => Math.sin(i / 50));
    values[1234] = 99;
    values[7777] = -99;
    const kept = thinPoints(line(values), 200);
    expect(kept.length).toBeLessThanOrEqual(200);
    expect(kept.map(({ value }) => value)).toEqual(
      expect.arrayContaining([99, -99]),
    );
    expect([kept[0].at, kept.at(-1)?.at]).toEqual([0, 9999]);
    expect(kept.map(({ at }) => at)).toEqual(
      kept.map(({ at }) => at).sort((a, b) => a - b),
    );
  });

  it('keeps where the data changed', () => {
    const points = line(Array(5000).fill(1), i => (i < 3210 ? 'a' : 'b'));
    expect(thinPoints(points, 100).map(({ at }) => at)).toContain(3210);
  });

  it('stays small where the data changes with each point', () => {
    const points = line(Array(5000).fill(1), String);
    expect(thinPoints(points, 100).length).toBeLessThanOrEqual(200);
  });
});
