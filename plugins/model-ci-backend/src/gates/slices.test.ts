import { createJudging, DATA, verdictsOf } from './testing/judging';

const each = { metric: 'accuracy', slices: 'age' };
const better = { ...each, baseline: 'champion', margin: 0.2 };

describe('gates on slices', () => {
  const { setOf, judge } = createJudging();
  const answers = (
    right: (i: number) => boolean,
    age?: (i: number) => string | undefined,
  ) =>
    setOf(1000, i => {
      const value = age?.(i);
      const slices: Record<string, string> = value ? { age: value } : {};
      return { prediction: right(i) ? 'a' : 'b', target: 'a', slices };
    });
  const mostly = (i: number) => i < 970;
  const old = (i: number) => (i < 900 ? 'young' : '65+');
  const reported = (slice: string, value: number, spread = {}) => ({
    ...DATA,
    metric: 'accuracy',
    slice,
    value,
    ...spread,
  });

  it('never judge a slice by the whole data set', async () => {
    const examples = [await answers(mostly)];
    const young = { stderr: 0.004, n: 900 };
    const evaluations = [
      reported('age=young', 0.985, young),
      reported('age=65+', 0.3, { stderr: 0.046, n: 100 }),
    ];
    const gate = { ...each, min: 0.75, confidence: 0.95 };
    expect(verdictsOf(await judge(gate, { examples, evaluations }))).toEqual([
      ['age=65+', 'fail', 'gate.misses'],
      ['age=young', 'pass', 'gate.clears'],
    ]);
    const unsure = [reported('age=young', 0.985), reported('age=65+', 0.3)];
    expect(
      verdictsOf(await judge(gate, { examples, evaluations: unsure })),
    ).toEqual([
      ['age=65+', 'inconclusive', 'gate.sliceWithoutExamples'],
      ['age=young', 'inconclusive', 'gate.sliceWithoutExamples'],
    ]);
    expect(
      verdictsOf(
        await judge(better, { examples, evaluations, baseline: examples }),
      ),
    ).toEqual([
      ['age=65+', 'inconclusive', 'gate.sliceNotCompared'],
      ['age=young', 'inconclusive', 'gate.sliceNotCompared'],
    ]);
  });

  it('judge what the report says of slices that the examples do not name', async () => {
    const examples = [
      await answers(mostly, i => (i < 900 ? 'young' : undefined)),
    ];
    const evaluations = [reported('age=65+', 0.3)];
    const given = { examples, evaluations };
    expect(verdictsOf(await judge({ ...each, min: 0.75 }, given))).toEqual([
      ['age=65+', 'fail', 'gate.below'],
      ['age=young', 'pass', 'gate.reaches'],
    ]);
  });

  it('fail a slice that a version has no longer', async () => {
    const baseline = [await answers(() => true, old)];
    const unlabelled = [await answers(mostly)];
    expect(
      verdictsOf(await judge(better, { examples: unlabelled, baseline })),
    ).toEqual([
      ['age=65+', 'fail', 'gate.sliceNotMeasured'],
      ['age=young', 'fail', 'gate.sliceNotMeasured'],
    ]);
    const half = [await answers(mostly, i => (i < 900 ? 'young' : undefined))];
    expect(
      verdictsOf(await judge(better, { examples: half, baseline })),
    ).toEqual([
      ['age=65+', 'fail', 'gate.sliceNotMeasured'],
      ['age=young', 'inconclusive', 'gate.otherSlices'],
    ]);
  });

  it('compare no examples that were put into other slices', async () => {
    const baseline = [await answers(() => true, old)];
    const moved = (i: number) => (i < 900 || i >= 930 ? 'young' : '65+');
    const examples = [await answers(i => i < 930, moved)];
    const gates = await judge(better, { examples, baseline });
    expect(verdictsOf(gates)).toEqual([
      ['age=65+', 'inconclusive', 'gate.otherSlices'],
      ['age=young', 'inconclusive', 'gate.otherSlices'],
    ]);
    expect(gates[0].reason.parameters).toMatchObject({ count: 70 });
  });

  it('fail where there are too many slices to judge each', async () => {
    const examples = [
      await answers(
        i => i % 260 < 200,
        i => `s${i % 260}`,
      ),
    ];
    const evaluations = Array.from({ length: 200 }, (_, i) =>
      reported(`age=s${i}`, 1),
    );
    for (const limits of [{ min: 0.75 }, { min: 0.75, confidence: 0.95 }]) {
      expect(
        verdictsOf(
          await judge({ ...each, ...limits }, { examples, evaluations }),
        ),
      ).toEqual([[undefined, 'fail', 'gate.tooManySlices']]);
    }
  });
});
