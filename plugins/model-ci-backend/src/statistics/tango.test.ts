import { CONTINUITY, tangoBounds } from './tango';
import { expected, same } from './testing/expected';

describe("Tango's limits", () => {
  it.each(expected.tango)(
    'solve the score equation for $gained gained and $lost lost of $examples at $level',
    ({ gained, lost, examples, level, lower, upper }) => {
      const bounds = tangoBounds({ gained, lost, examples }, level);
      expect(bounds.lower).toEqual(same(lower));
      expect(bounds.upper).toEqual(same(upper));
    },
  );

  it('are the published ones', () => {
    // Fagerland, Lydersen and Laake 2014, Statistics in Medicine 33, table V: airway hyper-responsiveness
    const bounds = tangoBounds({ gained: 1, lost: 7, examples: 21 }, 0.025);
    expect(bounds.lower).toBeCloseTo(-0.517, 3);
    expect(bounds.upper).toBeCloseTo(-0.026, 3);
  });

  it('are mirrored when the versions change places', () => {
    const bounds = tangoBounds({ gained: 3, lost: 1, examples: 20 }, 0.01);
    const mirrored = tangoBounds({ gained: 1, lost: 3, examples: 20 }, 0.01);
    expect(bounds.lower).toEqual(same(-mirrored.upper));
    expect(bounds.upper).toEqual(same(-mirrored.lower));
  });

  it('are wider by about one example with the correction for continuity', () => {
    const counts = { gained: 30, lost: 25, examples: 1000 };
    const plain = tangoBounds(counts, 0.025);
    const corrected = tangoBounds(counts, 0.025, CONTINUITY);
    expect(corrected.lower).toBeCloseTo(plain.lower - 0.001, 3);
    expect(corrected.upper).toBeCloseTo(plain.upper + 0.001, 3);
  });

  it('end at −1 and 1', () => {
    const all = { gained: 2, lost: 0, examples: 2 };
    expect(tangoBounds(all, 0.025, CONTINUITY).upper).toBe(1);
    const none = { gained: 0, lost: 1, examples: 1 };
    expect(tangoBounds(none, 0.025, CONTINUITY).lower).toBe(-1);
  });
});
