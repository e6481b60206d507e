import { writeExampleSet } from '../../examples/writeExampleSet';
import { columnsOf } from '../../examples/ExampleColumns';
import { MemoryArtifactStore } from '../../engine/testing/MemoryArtifactStore';
import { judgeGates, judgeInThread } from './judgeGates';

// A thread has to read the sources first.
jest.setTimeout(120_000);

const nothing = { plan: [], evaluations: [], directions: {} };

async function setOf(store: MemoryArtifactStore, right: number) {
  const rows = Array.from({ length: 100 }, (_, i) => ({
    id: `e${i}`,
    prediction: i < right ? 1 : 0,
    target: 1,
    scores: {},
    slices: { size: i % 2 ? 'odd' : 'even' },
  }));
  return await writeExampleSet(columnsOf(rows), store);
}

describe('judgeGates', () => {
  it('answers the same in a thread, which reads the store of the process', async () => {
    const store = new MemoryArtifactStore();
    const evidence = {
      ...nothing,
      gates: [
        { metric: 'accuracy', min: 0.7, confidence: 0.95 },
        { metric: 'accuracy', min: 0.95, confidence: 0.95, slices: 'size' },
        { metric: 'f1', min: 0.5, confidence: 0.95 },
      ],
      examples: [await setOf(store, 90)],
    };
    const gates = await judgeGates(evidence, store);
    expect(
      gates.map(({ metric, slice, verdict }) => [metric, slice, verdict]),
    ).toEqual([
      ['accuracy', undefined, 'pass'],
      ['accuracy', 'size=even', 'inconclusive'],
      ['accuracy', 'size=odd', 'inconclusive'],
      ['f1', undefined, 'pass'],
    ]);
    expect(await judgeInThread(evidence, store)).toEqual(gates);
  });

  it('fails with what the thread could not read', async () => {
    const store = new MemoryArtifactStore();
    const examples = [{ digest: `sha256:${'a'.repeat(64)}`, count: 1 }];
    const gates = [{ metric: 'accuracy', min: 0.7, confidence: 0.95 }];
    await expect(
      judgeInThread({ ...nothing, gates, examples }, store),
    ).rejects.toThrow();
  });
});
