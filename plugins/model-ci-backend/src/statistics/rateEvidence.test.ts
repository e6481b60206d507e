import { boundsAt } from './boundsAt';
import { cautionsOf } from './cautions';
import { compareScores } from './compareScores';
import { isDefined } from './evidence';
import { rateEvidence } from './rateEvidence';

const LEVEL = 0.025;

function evenGroups(count: number, size: number) {
  const of = Int32Array.from({ length: count * size }, (_, i) =>
    Math.floor(i / size),
  );
  return { of, count };
}

/** All right but for the first of each list of groups. */
function rateOf(count: number, size: number, isWrong: (i: number) => boolean) {
  const scores = Float64Array.from({ length: count * size }, (_, i) =>
    isWrong(i) ? 0 : 1,
  );
  const evidence = rateEvidence(scores, evenGroups(count, size));
  if (!isDefined(evidence)) {
    throw new Error(`It is ${evidence.reason}`);
  }
  return evidence;
}

describe('a rate in groups', () => {
  it('is as sure of groups that it did not see as so many groups can be', () => {
    // 0.025^(1/11): the rate of groups that are right of which 11 in a row are right in 2.5 % of all cases
    const { lower } = boundsAt(
      rateOf(11, 91, () => false),
      LEVEL,
    );
    expect(lower).toBeCloseTo(0.7150858, 6);
  });

  it.each<[string, (wrong: number) => (i: number) => boolean]>([
    ['in one group', wrong => i => i < wrong],
    ['in as many groups', wrong => i => i % 91 < Math.ceil(wrong / 11)],
  ])('never becomes surer by more wrong answers %s', (_, isWrong) => {
    const lowers = Array.from(
      { length: 60 },
      (__, wrong) => boundsAt(rateOf(11, 91, isWrong(wrong)), LEVEL).lower,
    );
    expect(lowers).toEqual([...lowers].sort((a, b) => b - a));
    expect(lowers[1]).toBeLessThan(0.95);
  });

  it('counts a few large groups among many small ones as few', () => {
    const sizes = [400, 400, ...new Array<number>(48).fill(1)];
    const of = Int32Array.from(
      sizes.flatMap((size, group) => new Array<number>(size).fill(group)),
    );
    const scores = new Float64Array(of.length).fill(1);
    const evidence = rateEvidence(scores, { of, count: sizes.length });
    expect(isDefined(evidence) && boundsAt(evidence, LEVEL).lower).toBeLessThan(
      0.25,
    );
  });

  it('carries cautions', () => {
    const isWrong = (i: number) => i % 100 === 0;
    expect(cautionsOf(rateOf(11, 91, isWrong))).toEqual(['few-units']);
    expect(cautionsOf(rateOf(60, 10, isWrong))).toEqual(['skewed']);
    expect(cautionsOf(rateOf(60, 10, i => i % 3 === 0))).toEqual([]);
  });

  it('holds of differences, too', () => {
    const baseline = new Float64Array(1000).fill(1);
    const candidate = baseline.map((score, i) => (i % 400 === 7 ? 0 : score));
    const evidence = compareScores(
      {
        baseline,
        candidate,
        better: 'higher',
        groups: evenGroups(20, 50),
        range: { min: 0, max: 1 },
      },
      { seed: 1, resamples: 2000 },
    );
    // 1 − 0.025^(1/20) of the groups may lose all
    expect(isDefined(evidence) && boundsAt(evidence, LEVEL).lower).toBeLessThan(
      -0.168,
    );
  });
});
