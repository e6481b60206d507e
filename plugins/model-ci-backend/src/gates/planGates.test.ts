import { planGates } from './planGates';

describe('planGates', () => {
  const gates = [{ metric: 'accuracy', min: 0.8, confidence: 0.95 }];
  const matrix = { depth: [1, 2, 3], rate: [0.1, 0.2, 0.3, 0.4] };
  const select = { metric: 'accuracy', goal: 'maximize' } as const;
  const newest = {
    version: 1,
    runId: 'run',
    values: [{ metric: 'accuracy', value: 0.85 }],
    examples: [],
  };
  const versions = { newest, baselines: new Map() };

  it('counts the instances of which one is chosen, which share the promise', () => {
    const chosen = planGates({ gates, matrix, select }, versions);
    expect(chosen.instances).toBe(12);
    // What docs/statistics.md says of one gate, and of twelve
    expect(chosen.gates[0].planned).toBe(1022);
    const all = planGates({ gates, matrix }, versions);
    expect(all.instances).toBeUndefined();
    expect(all.gates[0].planned).toBe(641);
  });
});
