import { compareScores } from './compareScores';
import { marginOf, type Demand } from './demand';
import type { Evidence } from './evidence';
import { judge } from './judge';
import { neededExamples } from './neededExamples';

const mean = (estimate: number, standardError = 0.01): Evidence => ({
  method: 'student-t',
  estimate,
  standardError,
  examples: 500,
});

function verdictOf(evidence: Evidence, demand: Demand) {
  return judge([{ evidence, demand }], 0.95)[0].verdict;
}

describe('judge', () => {
  it.each([
    [0.02, 'pass'],
    [-0.005, 'inconclusive'],
    [-0.05, 'fail'],
  ])('with a margin of 0.01 a difference of %d is %s', (estimate, verdict) => {
    expect(verdictOf(mean(estimate), marginOf(0.01))).toBe(verdict);
  });

  it.each([
    [25, 'pass'],
    [29.99, 'inconclusive'],
    [31, 'fail'],
  ])('with at most 30 a mean of %d is %s', (estimate, verdict) => {
    expect(verdictOf(mean(estimate), { atMost: 30 })).toBe(verdict);
  });

  it('decides nothing on the edge itself', () => {
    const evidence: Evidence = {
      method: 'tango',
      gained: 0,
      lost: 0,
      examples: 20,
    };
    expect(verdictOf(evidence, marginOf(0))).toBe('inconclusive');
  });

  it('passes the same model with any margin, and leaves the error to the other questions', () => {
    const same: Evidence = { method: 'same-model', examples: 5 };
    const close = { evidence: mean(0, 0.0045), demand: marginOf(0.01) };
    const known = [
      { evidence: same, demand: marginOf(0) },
      { evidence: same, demand: marginOf(0.1) },
    ];
    expect(judge([...known, close], 0.95)).toMatchObject([
      { verdict: 'pass', interval: { lower: 0, upper: 0 }, cautions: [] },
      { verdict: 'pass', interval: { lower: 0, upper: 0 } },
      { verdict: 'pass' },
    ]);
    // Three that nobody knows leave each a third of the error.
    expect(judge([close, close, close], 0.95)[0].verdict).toBe('inconclusive');
    expect(verdictOf(same, { atLeast: 0.01 })).toBe('fail');
  });

  it("needs McNemar's exact test to call a version better", () => {
    const better = (gained: number): Evidence => ({
      method: 'tango',
      gained,
      lost: 0,
      examples: 400,
    });
    // 5 fair coins show 5 heads in 3 % of all cases, 6 in 1.6 %
    expect(verdictOf(better(5), marginOf(0))).toBe('inconclusive');
    expect(verdictOf(better(6), marginOf(0))).toBe('pass');
  });

  it('has the same interval for one question as if it were alone', () => {
    const [judgement] = judge(
      [{ evidence: mean(0.02), demand: marginOf(0.01) }],
      0.95,
    );
    expect(judgement).toMatchObject({ verdict: 'pass' });
    expect('interval' in judgement && judgement.interval).toEqual(
      'alone' in judgement && judgement.alone,
    );
  });

  it('asks more of each of twelve gates than of one', () => {
    const one = { evidence: mean(0.013), demand: marginOf(0.01) };
    expect(judge([one], 0.95)[0].verdict).toBe('pass');
    const twelve = [one, ...Array(11).fill({ ...one, evidence: mean(-0.01) })];
    expect(judge(twelve, 0.95)[0].verdict).toBe('inconclusive');
  });

  it('lets gates that pass clearly make room for those that pass narrowly', () => {
    const narrow = { evidence: mean(0.0122), demand: marginOf(0.01) };
    const clear = { evidence: mean(0.1), demand: marginOf(0.01) };
    const unclear = { evidence: mean(-0.01), demand: marginOf(0.01) };
    expect(judge([narrow, unclear], 0.95)[0].verdict).toBe('inconclusive');
    expect(judge([narrow, clear], 0.95)[0].verdict).toBe('pass');
  });

  it('says how many examples would decide, and no more than these', () => {
    const evidence = mean(0, 0.01);
    const needed = neededExamples(evidence, marginOf(0.01), 0.025);
    // (1.96 × 0.01 / 0.01)² × 500
    expect(needed?.examples).toBeGreaterThan(1900);
    expect(needed?.examples).toBeLessThan(1940);
    expect(neededExamples(mean(-0.01), marginOf(0.01), 0.025)).toBeUndefined();
  });

  it('fails a candidate that was not measured, and excuses none because the baseline was not', () => {
    const scores = { better: 'higher' as const };
    const measured = Float64Array.of(1, 2, 3);
    const unmeasured = Float64Array.of(1, NaN, 3);
    const resampling = { seed: 1, resamples: 2000 };
    const judged = judge(
      [
        { ...scores, baseline: measured, candidate: unmeasured },
        { ...scores, baseline: unmeasured, candidate: measured },
      ].map(pair => ({
        evidence: compareScores(pair, resampling),
        demand: marginOf(10),
      })),
      0.95,
    );
    expect(judged).toMatchObject([
      { verdict: 'fail', undefined: { reason: 'not-measured', first: [1] } },
      { verdict: 'inconclusive', undefined: { side: 'baseline' } },
    ]);
  });

  it('shares its promise among the instances of which one is chosen', () => {
    const questions = [{ evidence: mean(0.0125), demand: marginOf(0.01) }];
    // 2.25 standard errors above the margin
    const [alone] = judge(questions, 0.95);
    const [chosen] = judge(questions, 0.95, 12);
    expect([alone.verdict, chosen.verdict]).toEqual(['pass', 'inconclusive']);
    expect(chosen).toMatchObject({
      alone: 'alone' in alone ? alone.alone : {},
    });
  });

  it('warns where the data shows too little of its own shape', () => {
    const few: Evidence = {
      method: 'student-t',
      estimate: 1,
      standardError: 0.1,
      examples: 20,
    };
    expect(judge([{ evidence: few, demand: marginOf(0) }], 0.95)).toMatchObject(
      [{ verdict: 'pass', cautions: ['few-units'] }],
    );
  });
});
