import { MemoryArtifactStore } from '../engine/testing/MemoryArtifactStore';
import { columnsOf } from '../examples/ExampleColumns';
import { writeExampleSet } from '../examples/writeExampleSet';
import { AnalysisThreads } from './AnalysisThreads';
import { createAnalyses } from './createAnalyses';

// A thread has to read the sources first.
jest.setTimeout(120_000);

const nothing = { plan: [], evaluations: [], directions: {} };
const missing = `sha256:${'a'.repeat(64)}`;

describe('AnalysisThreads', () => {
  const store = new MemoryArtifactStore();
  const here = createAnalyses(store);
  const threads = new AnalysisThreads({ store, logger: { warn: () => {} } });

  afterAll(() => threads.stop());

  const setOf = async (count: number, isRight: (i: number) => boolean) => {
    const rows = Array.from({ length: count }, (_, i) => ({
      id: `e${i}`,
      prediction: isRight(i) ? 1 : 0,
      target: 1,
      scores: {},
      slices: { size: i % 2 ? 'odd' : 'even' },
    }));
    return await writeExampleSet(columnsOf(rows), store);
  };

  it('judges as the process itself would', async () => {
    const evidence = {
      ...nothing,
      gates: [
        { metric: 'accuracy', min: 0.7, confidence: 0.95 },
        { metric: 'accuracy', min: 0.95, confidence: 0.95, slices: 'size' },
        { metric: 'f1', min: 0.5, confidence: 0.95 },
      ],
      examples: [await setOf(400, i => i < 360)],
    };
    const gates = await threads.judge(evidence);
    expect(
      gates.map(({ metric, slice, verdict }) => [metric, slice, verdict]),
    ).toEqual([
      ['accuracy', undefined, 'pass'],
      ['accuracy', 'size=even', 'fail'],
      ['accuracy', 'size=odd', 'fail'],
      ['f1', undefined, 'pass'],
    ]);
    expect(gates).toEqual(await here.judge(evidence));
  });

  it('judges many examples without allowing for chance, and measures their slices, as the process itself would', async () => {
    const set = await setOf(400, i => i % 4 > 0);
    const evidence = {
      ...nothing,
      gates: [{ metric: 'f1', min: 0.9 }],
      examples: [set],
    };
    const gates = await threads.judge(evidence);
    expect(gates).toMatchObject([{ metric: 'f1', verdict: 'fail' }]);
    expect(gates).toEqual(await here.judge(evidence));
    const request = { ...set, wanted: ['f1'] };
    const measured = await threads.measureSlices(request);
    expect(measured.metrics.map(({ slice, n }) => [slice, n])).toEqual([
      ['size=even', 200],
      ['size=odd', 200],
    ]);
    expect(measured).toEqual(await here.measureSlices(request));
  });

  it('compares examples and environments as the process itself would', async () => {
    const [a, b] = [
      await setOf(6000, i => i % 3 > 0),
      await setOf(6000, i => i % 4 > 0),
    ];
    const page = {
      subject: { baseline: a, candidate: b, directions: {}, common: false },
      filter: {},
      sort: 'regression' as const,
      after: 0,
      limit: 10,
    };
    expect(await threads.page(page)).toEqual(await here.page(page));
    const difference = { baseline: a, candidate: b, metric: 'accuracy' };
    expect(
      await threads.difference({ ...difference, better: 'higher' }),
    ).toEqual(await here.difference({ ...difference, better: 'higher' }));
    const question = {
      executions: [
        { ...a, instance: 'on=a', environment: 'a' },
        { ...b, instance: 'on=b', environment: 'b' },
      ],
      reference: 'a',
    };
    const compared = await threads.compareEnvironments(question);
    expect(compared).toMatchObject({ type: 'compared' });
    expect(compared).toEqual(await here.compareEnvironments(question));
  });

  it('rejects with what could not be read', async () => {
    const gates = [{ metric: 'accuracy', min: 0.7, confidence: 0.95 }];
    const examples = [{ digest: missing, count: 1000 }];
    await expect(
      threads.judge({ ...nothing, gates, examples }),
    ).rejects.toThrow('There is no artifact');
  });
});
