import { isRounded } from '../statistics/rounding';
import { createJudging, DATA, verdictsOf } from './testing/judging';

const confident = { metric: 'accuracy', min: 0.75, confidence: 0.95 };
const compared = { metric: 'accuracy', baseline: 'champion', margin: 0.01 };

describe('gates on numbers that nobody measured or that contradict each other', () => {
  const { setOf, judge } = createJudging();
  const rightAt = (right: (i: number) => boolean) =>
    setOf(500, i => ({ prediction: right(i) ? 'a' : 'b', target: 'a' }));
  const reported = (value?: number) => [{ ...DATA, metric: 'accuracy', value }];
  const first = async (...args: Parameters<typeof judge>) => {
    const [gate] = verdictsOf(await judge(...args));
    return gate.slice(1);
  };

  it('fail what a report says was not measured, whatever the examples give', async () => {
    const examples = [await rightAt(i => i < 450)];
    const given = { examples, evaluations: reported() };
    const notMeasured = ['fail', 'gate.notMeasured'];
    expect(await first(confident, given)).toEqual(notMeasured);
    expect(await first(compared, given)).toEqual(notMeasured);
    expect(await first(compared, { ...given, baseline: examples })).toEqual(
      notMeasured,
    );
  });

  it('fail what the examples do not define', async () => {
    const examples = [
      await setOf(100, i => ({ prediction: i / 100, target: '1' })),
    ];
    const auc = { metric: 'auc', min: 0.5, confidence: 0.95 };
    const noNumber = ['fail', 'gate.noNumber'];
    expect(await first(auc, { examples })).toEqual(noNumber);
    const directions = { auc: 'higher' } as const;
    const better = { metric: 'auc', baseline: 'champion' };
    const given = { examples, directions };
    expect(await first(better, given)).toEqual(noNumber);
    expect(await first(better, { ...given, baseline: examples })).toEqual(
      noNumber,
    );
    const unscored = [await setOf(100, () => ({ prediction: 'a' }))];
    expect(
      await first(compared, { examples: unscored, baseline: examples }),
    ).toEqual(['fail', 'gate.noTarget']);
  });

  it('pass as a first version only what was measured', async () => {
    expect(await first(compared, { evaluations: reported() })).toEqual([
      'fail',
      'gate.notMeasured',
    ]);
    const score = { metric: 'score', baseline: 'champion' };
    const examples = [
      await setOf(100, () => ({ prediction: 1, scores: { score: NaN } })),
    ];
    expect(await first(score, { examples })).toEqual(['fail', 'gate.noNumber']);
    const right = [await rightAt(i => i < 450)];
    expect(await judge(compared, { examples: right })).toMatchObject([
      { verdict: 'pass', value: 0.9, reason: { code: 'gate.firstVersion' } },
    ]);
  });

  it('store no number of a baseline that has none', async () => {
    const scored = (scoreAt: (i: number) => number) =>
      setOf(100, i => ({ prediction: 1, scores: { score: scoreAt(i) } }));
    const [gate] = await judge(
      { metric: 'score', baseline: 'champion' },
      {
        examples: [await scored(i => i % 2)],
        baseline: [await scored(i => (i === 3 ? NaN : 0.5))],
      },
    );
    expect(gate).toMatchObject({
      verdict: 'inconclusive',
      reason: { code: 'gate.baselineNotMeasured' },
    });
    expect(gate.baseline).not.toHaveProperty('value');
  });

  it('are open where the report and the examples give different numbers', async () => {
    const examples = [await rightAt(i => i < 450)];
    const contradictory = ['inconclusive', 'gate.contradicts'];
    const exact = { metric: 'accuracy', min: 0.75 };
    for (const gate of [confident, exact, compared]) {
      const given = { examples, baseline: examples };
      expect(
        await first(gate, { ...given, evaluations: reported(0.8) }),
      ).toEqual(contradictory);
    }
    expect(
      await first(exact, { examples, evaluations: reported(0.7) }),
    ).toEqual(['fail', 'gate.below']);
    expect(
      await first(confident, { examples, evaluations: reported(0.9) }),
    ).toEqual(['pass', 'gate.clears']);
  });

  it('compare no examples that have other targets', async () => {
    const baseline = [await rightAt(i => i < 450)];
    const own = [
      await setOf(500, i => {
        const answer = i < 300 ? 'a' : 'b';
        return { prediction: answer, target: answer };
      }),
    ];
    const [gate] = await judge(compared, { examples: own, baseline });
    expect(gate).toMatchObject({
      verdict: 'inconclusive',
      reason: { code: 'gate.otherTargets', parameters: { count: 200 } },
    });
  });

  it('take the direction from what was fixed before, not from the version itself', async () => {
    const off = (by: number) =>
      setOf(200, i => ({ prediction: i + by * (1 + (i % 3)), target: i }));
    const examples = [await off(1)];
    const baseline = [await off(0.1)];
    const numbers = { rmse: 'lower' } as const;
    const says = (higherIsBetter: boolean, value = 2.16) => [
      { ...DATA, metric: 'rmse', value, higherIsBetter },
    ];
    const rmse = { metric: 'rmse', baseline: 'champion' };
    const given = { examples, baseline };
    const contradicted = ['inconclusive', 'gate.notHigher'];
    expect(
      await first(rmse, {
        ...given,
        directions: numbers,
        evaluations: says(true),
      }),
    ).toEqual(contradicted);
    expect(
      await first(rmse, {
        ...given,
        directions: {},
        evaluations: says(true),
        baselineValues: says(false, 0.216),
      }),
    ).toEqual(contradicted);
    expect(
      await first(rmse, {
        ...given,
        directions: {},
        evaluations: says(false),
      }),
    ).toEqual(['fail', 'gate.worse']);
  });
});

describe('isRounded', () => {
  it.each([
    [0.647, 0.6472, true],
    [0.647, 0.6478, false],
    [0.9, 0.904, true],
    [0.9, 0.93, false],
    [1, 0.6, false],
    [12345, 12345.04, true],
    [12345, 12346, false],
    [0.8999999761581421, 0.9, true],
    [-2.5, -2.54, true],
    [1.5e-7, 1.52e-7, true],
    [0, 0.2, false],
  ])('takes %d for a rounding of %d: %s', (reported, computed, expected) => {
    expect(isRounded(reported, computed)).toBe(expected);
  });
});
