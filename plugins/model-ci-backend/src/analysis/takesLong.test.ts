import type { Gate, StageEvidence } from '../gates/types';
import { takesLong } from './takesLong';

const few = { digest: 'sha256:few', count: 300 };
const many = { digest: 'sha256:many', count: 301 };
const exact: Gate = { metric: 'f1', min: 0.8 };
const careful: Gate = { ...exact, confidence: 0.95 };

function evidence(given: Partial<StageEvidence>): StageEvidence {
  const nothing = { plan: [], evaluations: [], directions: {} };
  return { ...nothing, gates: [exact], examples: [few], ...given };
}

describe('takesLong', () => {
  it('is so where many examples are read, also for gates that allow nothing for chance', () => {
    expect(takesLong(evidence({}))).toBe(false);
    expect(takesLong(evidence({ examples: [few, many] }))).toBe(true);
    expect(takesLong(evidence({ gates: [], examples: [many] }))).toBe(false);
  });

  it('is so where the baseline has many examples', () => {
    const baseline = { name: 'champion', version: 1, values: [] };
    const plan = [{ baseline: { ...baseline, examples: [many] } }];
    expect(takesLong(evidence({ plan }))).toBe(true);
  });

  it('is so where several questions share the promise, which takes more resamples of each', () => {
    expect(takesLong(evidence({ gates: [careful] }))).toBe(false);
    expect(takesLong(evidence({ gates: [careful, exact] }))).toBe(false);
    expect(takesLong(evidence({ gates: [careful, careful] }))).toBe(true);
    const slices: Gate = { ...careful, slices: 'age' };
    expect(takesLong(evidence({ gates: [slices] }))).toBe(true);
    expect(takesLong(evidence({ gates: [careful], instances: 2 }))).toBe(true);
  });

  it('is so where more is promised than usual', () => {
    const gates = [{ ...careful, confidence: 0.9999 }];
    expect(takesLong(evidence({ gates }))).toBe(true);
    expect(takesLong(evidence({ gates, examples: [] }))).toBe(false);
  });

  it('is not so where the report alone is judged', () => {
    const gates = [careful, careful];
    expect(takesLong(evidence({ gates, examples: [] }))).toBe(false);
  });
});
