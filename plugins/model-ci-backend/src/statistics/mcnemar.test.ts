import { mcnemarBetter, mcnemarDifferent } from './mcnemar';
import { expected, same } from './testing/expected';

describe("McNemar's exact test", () => {
  it.each(expected.mcnemar)(
    'answers what statsmodels and scipy do for $gained gained and $lost lost',
    ({ gained, lost, different, better }) => {
      expect(mcnemarDifferent(gained, lost)).toEqual(same(different));
      expect(mcnemarBetter(gained, lost)).toEqual(same(better));
    },
  );
});
