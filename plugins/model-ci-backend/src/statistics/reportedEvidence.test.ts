import { boundsAt } from './boundsAt';
import { cautionsOf } from './cautions';
import { isDefined } from './evidence';
import { rateEvidence } from './rateEvidence';
import { reportedEvidence, type Reported } from './reportedEvidence';

const LEVEL = 0.025;

function boundsOf(reported: Reported) {
  const evidence = reportedEvidence(reported);
  return evidence && boundsAt(evidence, LEVEL);
}

describe('reportedEvidence', () => {
  const nearly = { metric: 'accuracy', value: 0.99, stderr: 0.00995, n: 100 };

  it('gives a rate the interval that its examples would have', () => {
    const scores = Float64Array.from({ length: 100 }, (_, i) => (i ? 1 : 0));
    const ofExamples = rateEvidence(scores);
    expect(boundsOf(nearly)).toEqual(
      isDefined(ofExamples) && boundsAt(ofExamples, LEVEL),
    );
    expect(boundsOf({ ...nearly, stderr: 0.01 })?.lower).toBeLessThan(0.95);
  });

  it('knows a rate by its standard error, whatever its name is', () => {
    const other = { ...nearly, metric: 'toxic_share' };
    expect(boundsOf(other)).toEqual(boundsOf(nearly));
    expect(boundsOf({ ...other, stderr: Math.sqrt(0.0099 / 99) })).toEqual(
      boundsOf(nearly),
    );
  });

  it('is never sure of a rate that has no spread', () => {
    const all = { metric: 'acc', value: 1, stderr: 0, n: 20 };
    // 0.025^(1/20)
    expect(boundsOf(all)?.lower).toBeCloseTo(0.8315664, 6);
    expect(boundsOf({ ...nearly, stderr: 0 })).toEqual(boundsOf(nearly));
    expect(boundsOf({ ...all, metric: 'rouge1' })).toBeUndefined();
    expect(boundsOf({ ...all, metric: 'loss', value: 0 })).toBeUndefined();
  });

  it('counts fewer examples where the standard error knows of groups', () => {
    const grouped = boundsOf({ ...nearly, n: 10_000, stderr: 0.01 });
    expect(grouped?.lower).toBeLessThan(0.951);
    expect(grouped?.upper).toBeLessThan(1);
  });

  it('keeps a share within its range, and leaves other metrics alone', () => {
    const spread = { value: 0.98, stderr: 0.03, n: 1000 };
    expect(boundsOf({ metric: 'f1', ...spread })?.upper).toBe(1);
    expect(boundsOf({ metric: 'rmse', ...spread })?.upper).toBeGreaterThan(1);
  });

  it('says nothing of what is not known', () => {
    expect(boundsOf({ metric: 'accuracy', value: 0.9 })).toBeUndefined();
    expect(boundsOf({ ...nearly, n: 1 })).toBeUndefined();
    expect(boundsOf({ ...nearly, stderr: NaN })).toBeUndefined();
  });

  it('warns of few examples', () => {
    const cautions = (reported: Reported) => {
      const evidence = reportedEvidence(reported);
      return evidence && cautionsOf(evidence);
    };
    expect(cautions({ ...nearly, n: 49 })).toEqual(['few-units']);
    expect(cautions(nearly)).toEqual([]);
    const loss = { metric: 'loss', value: 2, stderr: 0.1, n: 49 };
    expect(cautions(loss)).toEqual(['few-units']);
  });
});
