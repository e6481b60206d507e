import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { MemoryArtifactStore } from '../engine/testing/MemoryArtifactStore';
import { openExampleSet } from '../examples/openExampleSet';
import { writeExampleSet } from '../examples/writeExampleSet';
import { judgeStage } from './judgeStage';
import type { ExampleSource, Gate, Measured, FixedGate } from './types';

const DATA = { dataset: 'houses', datasetDigest: 'sha256:1' };

describe('judgeStage', () => {
  const store = new MemoryArtifactStore();
  const setOf = async (
    ids: string[],
    score: (i: number) => number,
    source: Partial<ExampleSource> = DATA,
  ): Promise<ExampleSource> => {
    const rows = ids.map((id, i) => ({
      id,
      prediction: i,
      scores: { score: score(i) },
      slices: {},
    }));
    return { ...source, ...(await writeExampleSet(rows, store)) };
  };
  const ids = Array.from({ length: 60 }, (_, i) => `e${i + 10}`);
  const judge = (
    gate: Gate,
    given: {
      examples?: ExampleSource[];
      baseline?: ExampleSource[];
      evaluations?: Measured[];
    },
  ) =>
    judgeStage(
      {
        gates: [gate],
        plan: [
          {
            ...(given.baseline && {
              baseline: {
                name: 'champion',
                version: 3,
                values: [],
                examples: given.baseline,
              },
            }),
          },
        ],
        evaluations: given.evaluations ?? [],
        metricsPath: 'm.json',
        examples: given.examples ?? [],
        directions: { score: 'higher' },
      },
      digest => openExampleSet(store, digest),
    );
  const compared = { metric: 'score', baseline: 'champion', margin: 0.1 };

  it('refuses to compare other examples, and names them', async () => {
    const [gate] = await judge(compared, {
      examples: [await setOf(ids.slice(1), () => 1)],
      baseline: [await setOf(ids, () => 1)],
    });
    expect(gate).toMatchObject({
      verdict: 'inconclusive',
      reason: {
        code: 'gate.missingIds',
        parameters: { count: 1, ids: ['e10'] },
      },
    });
  });

  it('takes no version for the first because nothing was planned, or the baseline is lost', async () => {
    const examples = [await setOf(ids, () => 1)];
    const missing = reason('baseline.aliasRemoved', { name: 'champion' });
    const named = { name: 'champion', values: [], examples: [] };
    const judgeBy = async (...plan: FixedGate[]) => {
      const [{ verdict, reason: why }] = await judgeStage(
        {
          gates: [compared],
          plan,
          evaluations: [],
          examples,
          directions: { score: 'higher' },
        },
        digest => openExampleSet(store, digest),
      );
      const { reason: cause } = why.parameters ?? {};
      return [verdict, why.code, cause];
    };
    const unplanned = { code: 'baseline.notPlanned' };
    const open = ['inconclusive', 'gate.noBaseline'];
    expect(await judgeBy()).toEqual([...open, unplanned]);
    expect(await judgeBy({ baseline: named })).toEqual([...open, unplanned]);
    expect(await judgeBy({ baseline: { ...named, missing } })).toEqual([
      ...open,
      expect.objectContaining({ code: 'baseline.aliasRemoved' }),
    ]);
    expect(await judgeBy({ baseline: { ...named, isFirst: true } })).toEqual([
      ...['pass', 'gate.firstVersion', undefined],
    ]);
  });

  it('refuses to compare other data', async () => {
    const other = { ...DATA, datasetDigest: 'sha256:2' };
    const [gate] = await judge(compared, {
      examples: [await setOf(ids, () => 1, other)],
      baseline: [await setOf(ids, () => 1)],
    });
    expect(gate).toMatchObject({
      verdict: 'inconclusive',
      reason: { code: 'gate.otherData' },
    });
  });

  it('fails a version of which an example was not measured, and names it', async () => {
    const [gate] = await judge(compared, {
      examples: [await setOf(ids, i => (i === 2 ? NaN : 1))],
      baseline: [await setOf(ids, () => 1)],
    });
    expect(gate).toMatchObject({
      verdict: 'fail',
      reason: {
        code: 'gate.examplesNotMeasured',
        parameters: { count: 1, ids: ['e12'] },
      },
    });
  });

  it('compares means of scores', async () => {
    const [gate] = await judge(compared, {
      examples: [await setOf(ids, i => i % 7)],
      baseline: [await setOf(ids, i => (i % 7) + 1 + (i % 3) / 10)],
    });
    expect(gate).toMatchObject({ verdict: 'fail', examples: 60 });
    expect(gate.estimate).toBeCloseTo(-1.1, 2);
  });

  it('gives a reported rate the limits that its examples would have', async () => {
    const gate = { metric: 'accuracy', min: 0.965, confidence: 0.95 };
    const value = { metric: 'accuracy', value: 0.99, stderr: 0.00995, n: 100 };
    expect(await judge(gate, { evaluations: [value] })).toMatchObject([
      {
        verdict: 'inconclusive',
        method: 'reported',
        // statsmodels: proportion_confint(99, 100, method='beta')
        alone: { upper: expect.closeTo(0.9997469, 6) },
      },
    ]);
  });

  it('says how many examples a bootstrap takes', async () => {
    const rows = ids.slice(0, 12).map((id, i) => ({
      id,
      prediction: i + i / 100,
      target: i,
      scores: {},
      slices: {},
    }));
    const examples = [{ ...DATA, ...(await writeExampleSet(rows, store)) }];
    const gate = { metric: 'rmse', max: 1, confidence: 0.95 };
    expect(await judge(gate, { examples })).toMatchObject([
      {
        verdict: 'inconclusive',
        reason: {
          code: 'gate.tooFewUnits',
          parameters: { units: 12, count: 20 },
        },
      },
    ]);
  });

  it('believes the standard error of a report, and says so', async () => {
    const gate = { metric: 'f', min: 0.5, max: 0.9, confidence: 0.95 };
    const value = { metric: 'f', value: 0.7, stderr: 0.01, n: 400 };
    expect(await judge(gate, { evaluations: [value] })).toMatchObject([
      { verdict: 'pass', method: 'reported', cautions: ['reported'] },
    ]);
    expect(
      await judge(gate, { evaluations: [{ metric: 'f', value: 0.7 }] }),
    ).toMatchObject([
      { verdict: 'inconclusive', reason: { code: 'gate.noExamples' } },
    ]);
    expect(await judge(gate, {})).toMatchObject([
      { verdict: 'fail', reason: { code: 'gate.noMetrics' } },
    ]);
  });
});
