import { boundsAt } from './boundsAt';
import { isDefined } from './evidence';
import { indexGroups } from './groups';
import { meanEvidence } from './meanEvidence';
import { expected, same } from './testing/expected';

const resampling = { seed: 1, resamples: 2000 };

function evidenceOf(
  values: number[],
  options: { groups?: string[]; range?: { min: number; max: number } } = {},
) {
  return meanEvidence(Float64Array.from(values), {
    resampling,
    range: options.range,
    groups: options.groups && indexGroups(options.groups),
  });
}

function boundsOf(...input: Parameters<typeof evidenceOf>) {
  const evidence = evidenceOf(...input);
  if (!isDefined(evidence)) {
    throw new Error(`It is undefined: ${evidence.reason}`);
  }
  return boundsAt(evidence, 0.025);
}

describe('meanEvidence', () => {
  it.each(Object.entries(expected.means))(
    'has the estimate, standard error and intervals of statsmodels: %s',
    (_, { values, groups, estimate, standardError, intervals }) => {
      const evidence = evidenceOf(values, { groups: groups ?? undefined });
      if (evidence.method !== 'student-t') {
        throw new Error(`It is ${evidence.method}`);
      }
      expect(evidence.estimate).toEqual(same(estimate));
      expect(evidence.standardError).toEqual(same(standardError));
      for (const [level, [lower, upper]] of Object.entries(intervals)) {
        const bounds = boundsAt(evidence, Number(level));
        expect(bounds.lower).toEqual(same(lower));
        expect(bounds.upper).toEqual(same(upper));
      }
    },
  );

  it('refuses what has no spread to estimate', () => {
    expect(evidenceOf([])).toEqual({
      method: 'undefined',
      reason: 'no-examples',
    });
    expect(evidenceOf([1])).toEqual({
      method: 'undefined',
      reason: 'one-example',
    });
    expect(evidenceOf([1, 2, 3], { groups: ['a', 'a', 'a'] })).toEqual({
      method: 'undefined',
      reason: 'one-group',
    });
  });

  it('claims no certainty from scores that are all the same', () => {
    expect(boundsOf([0.5, 0.5, 0.5])).toEqual({
      lower: -Infinity,
      upper: Infinity,
    });
    const bounds = boundsOf(Array(20).fill(0), { range: { min: -1, max: 1 } });
    // 0.025 ^ (1/20): less than 17 % of the examples that were not seen can differ
    expect(bounds.upper).toEqual(same(1 - 0.025 ** (1 / 20)));
    expect(bounds.lower).toEqual(same(-bounds.upper));
  });

  it('takes what rounding leaves of equal differences for no spread', () => {
    const values = [0.3 - 0.1, 0.4 - 0.2, 0.5 - 0.3, 0.9 - 0.7];
    expect(new Set(values).size).toBeGreaterThan(1);
    expect(evidenceOf(values).method).toBe('constant');
  });

  it('counts groups, not examples, where groups all agree', () => {
    const groups = Array.from({ length: 40 }, (_, i) => `patient ${i % 4}`);
    const options = { range: { min: -1, max: 1 } };
    const grouped = boundsOf(Array(40).fill(0), { ...options, groups });
    const single = boundsOf(Array(4).fill(0), options);
    expect(grouped).toEqual(single);
  });

  it('widens the interval on the side where skewed scores hide their tail', () => {
    const values = [...Array(36).fill(0.01), -0.2, -0.3, -0.9, -0.1];
    const evidence = evidenceOf(values);
    if (evidence.method !== 'student-t') {
      throw new Error(`It is ${evidence.method}`);
    }
    const widened = boundsAt(evidence, 0.025);
    const plain = boundsAt({ ...evidence, studentized: undefined }, 0.025);
    expect(widened.lower).toBeLessThan(plain.lower);
    expect(widened.upper).toBe(plain.upper);
  });

  it('answers the same for the same seed alone', () => {
    const values = [0.1, 0, 0, 0, -0.8, 0.2, 0.1, 0.3];
    expect(boundsOf(values)).toEqual(boundsOf(values));
  });

  it('knows no lower limit but the range where a single example differs', () => {
    const values = [...Array(19).fill(0), -0.5];
    expect(boundsOf(values).lower).toBe(-Infinity);
    expect(boundsOf(values, { range: { min: -1, max: 1 } }).lower).toBe(-1);
  });
});
