import { createJudging } from './testing/judging';

const AUC = { metric: 'auc', baseline: 'champion', margin: 0.03 };
/** As a template's model is: a ranking that is neither right nor wrong. */
const scored = (i: number) => ({
  prediction: ((i * 37) % 100) / 100,
  target: i % 3 === 0 ? 1 : 0,
});

describe('A gate on the same model as the baseline', () => {
  const { setOf, judge: judgeWith } = createJudging();
  const judge: typeof judgeWith = (gate, given) =>
    judgeWith(gate, {
      ...given,
      directions: { auc: 'higher', accuracy: 'higher' },
    });

  it('passes a metric that needs a bootstrap, and says why', async () => {
    const baseline = [await setOf(60, scored)];
    const examples = [await setOf(60, scored)];
    const [gate] = await judge(AUC, { examples, baseline, isSameInput: true });
    expect(gate).toMatchObject({
      verdict: 'pass',
      method: 'same-model',
      estimate: 0,
      interval: { lower: 0, upper: 0 },
      examples: 60,
      cautions: [],
      reason: {
        code: 'gate.sameModel',
        text: expect.stringMatching(
          /^auc is that of champion \(version 3\): it is the same model/,
        ),
      },
    });
  });

  it('decides nothing by equal predictions alone', async () => {
    const baseline = [await setOf(60, scored)];
    const [gate] = await judge(AUC, { examples: baseline, baseline });
    expect(gate).toMatchObject({
      verdict: 'inconclusive',
      method: 'constant',
      interval: {},
    });
  });

  it('is judged by its examples where one prediction is another, whatever was the same', async () => {
    const baseline = [await setOf(60, scored)];
    const other = (i: number) => ({
      ...scored(i),
      ...(i === 7 && { prediction: 0.999 }),
    });
    const examples = [await setOf(60, other)];
    const [gate] = await judge(AUC, { examples, baseline, isSameInput: true });
    expect(gate).toMatchObject({ method: 'bca' });
  });

  it('passes a comparison of scores without a margin, and each slice', async () => {
    const rows = (i: number) => ({
      prediction: i % 4 ? 1 : 0,
      target: 1,
      slices: { age: i % 2 ? '65+' : '-64' },
    });
    const examples = [await setOf(40, rows)];
    const given = { examples, baseline: examples, isSameInput: true };
    const whole = { metric: 'accuracy', baseline: 'champion' };
    const slices = { ...whole, slices: 'age' };
    const judged = [
      ...(await judge(whole, given)),
      ...(await judge(slices, given)),
    ];
    expect(judged).toMatchObject([
      { verdict: 'pass', examples: 40 },
      { verdict: 'pass', examples: 20, slice: 'age=-64' },
      { verdict: 'pass', examples: 20, slice: 'age=65+' },
    ]);
  });

  it('fails a metric that its examples do not give', async () => {
    const examples = [await setOf(60, i => ({ ...scored(i), target: 1 }))];
    const given = { examples, baseline: examples, isSameInput: true };
    expect(await judge(AUC, given)).toMatchObject([
      { verdict: 'fail', reason: { code: expect.not.stringMatching('same') } },
    ]);
  });
});
