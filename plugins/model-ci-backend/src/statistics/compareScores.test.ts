import { compareScores } from './compareScores';
import { indexGroups } from './groups';
import { scoreEvidence } from './scoreEvidence';
import { expected } from './testing/expected';

const resampling = { seed: 1, resamples: 2000 };
const rate = { min: 0, max: 1 };

describe('compareScores', () => {
  const baseline = Float64Array.of(1, 0, 1, 0, 1);
  const candidate = Float64Array.of(1, 1, 1, 1, 0);

  it('counts what binary scores gained and lost', () => {
    const pair = { baseline, candidate, range: rate };
    expect(compareScores({ ...pair, better: 'higher' }, resampling)).toEqual({
      method: 'tango',
      gained: 2,
      lost: 1,
      examples: 5,
    });
    expect(compareScores({ ...pair, better: 'lower' }, resampling)).toEqual({
      method: 'tango',
      gained: 1,
      lost: 2,
      examples: 5,
    });
  });

  it('does not take zeros and ones for a rate unless asked to', () => {
    const evidence = compareScores(
      { baseline, candidate, better: 'higher' },
      resampling,
    );
    expect(evidence.method).toBe('student-t');
  });

  it('is robust to groups of binary scores', () => {
    const groups = indexGroups(['a', 'a', 'b', 'b', 'c']);
    const evidence = compareScores(
      { baseline, candidate, better: 'higher', range: rate, groups },
      resampling,
    );
    expect(evidence).toMatchObject({ method: 'student-t', groups: 3 });
  });
});

describe('scoreEvidence', () => {
  const { values, groups } = expected.means.grouped;

  it('counts grouped examples as so many independent ones as have the same standard error', () => {
    const scores = Float64Array.from(values, value => (value > 0 ? 1 : 0));
    const evidence = scoreEvidence(scores, {
      groups: indexGroups(groups ?? []),
      range: rate,
      resampling,
    });
    if (evidence.method !== 'clopper-pearson') {
      throw new Error(`It is ${evidence.method}`);
    }
    expect(evidence.effective).toBeLessThan(evidence.examples);
    expect(evidence.effective).toBeGreaterThan(70 / 2);
  });

  it('knows a rate without groups exactly', () => {
    expect(
      scoreEvidence(Float64Array.of(1, 1, 0), { range: rate, resampling }),
    ).toEqual({
      method: 'clopper-pearson',
      successes: 2,
      examples: 3,
      effective: 3,
    });
  });

  it('has no interval for what was not measured', () => {
    const scores = Float64Array.of(1, Infinity, NaN);
    expect(scoreEvidence(scores, { resampling })).toMatchObject({
      reason: 'not-measured',
      count: 2,
      first: [1, 2],
    });
  });
});
