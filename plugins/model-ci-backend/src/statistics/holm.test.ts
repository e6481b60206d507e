import { normalCdf } from './distributions/normal';
import { holm } from './holm';
import { judge } from './judge';
import { expected, same } from './testing/expected';

/** Normal estimates: a t interval of so many examples that nothing tells them apart. */
function questionAbout(estimate: number) {
  return {
    evidence: {
      method: 'student-t' as const,
      estimate,
      standardError: 1,
      examples: 1e12,
    },
    demand: { atLeast: 0 },
  };
}

describe('holm', () => {
  it.each(expected.holm)(
    'rejects what the closure principle rejects: $estimates',
    ({ estimates, level, rejected }) => {
      const found = holm(
        estimates.length,
        level,
        (i, at) => normalCdf(-estimates[i]) <= at,
      );
      expect(estimates.map((_, i) => found.rejected.has(i))).toEqual(rejected);
    },
  );

  it.each(expected.holm)(
    'has the limits that the partitioning principle projects: $estimates',
    ({ estimates, rejected, lower }) => {
      const judged = judge(estimates.map(questionAbout), 0.95);
      judged.forEach((judgement, i) => {
        if ('undefined' in judgement) {
          throw new Error('It is undefined');
        }
        expect(judgement.interval.lower).toEqual(same(lower[i]));
        expect(judgement.verdict === 'pass').toBe(rejected[i]);
      });
    },
  );
});
