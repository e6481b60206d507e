import { clopperPearsonBounds, wilsonBounds } from './rate';
import { expected, same } from './testing/expected';

describe('limits of one rate', () => {
  it.each(expected.rates)(
    'are those of statsmodels for $successes of $examples at $level',
    ({ successes, examples, level, clopperPearson, wilson }) => {
      const exact = clopperPearsonBounds(successes, examples, level);
      expect(exact.lower).toEqual(same(clopperPearson[0]));
      expect(exact.upper).toEqual(same(clopperPearson[1]));
      const score = wilsonBounds(successes, examples, level);
      expect(score.lower).toEqual(same(wilson[0]));
      expect(score.upper).toEqual(same(wilson[1]));
    },
  );

  it('accept effective numbers, which are fractions', () => {
    const { lower, upper } = clopperPearsonBounds(9.5, 10.5, 0.025);
    expect(lower).toBeGreaterThan(clopperPearsonBounds(9, 10, 0.025).lower);
    expect(upper).toBeLessThan(1);
  });
});
