import { mcnemarBetter } from './mcnemar';
import { expected, same } from './testing/expected';

describe("McNemar's exact test", () => {
  it.each(expected.mcnemar)(
    'answers what statsmodels and scipy do for $gained gained and $lost lost',
    ({ gained, lost, different, better }) => {
      const tail = Math.min(
        mcnemarBetter(gained, lost),
        mcnemarBetter(lost, gained),
      );
      // What statsmodels has is the test of both sides.
      expect(Math.min(1, 2 * tail)).toEqual(same(different));
      expect(mcnemarBetter(gained, lost)).toEqual(same(better));
    },
  );
});
