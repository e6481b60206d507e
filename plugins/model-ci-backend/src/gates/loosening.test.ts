import {
  parseStoredStage,
  type StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import { formatGatePlan, parseGatePlan, showGatePlan } from './gatePlan';
import { findLostStages } from './loosening';
import { planGates, type PlannableBaseline } from './planGates';
import type { Gate, Measured, ReferenceVersion } from './types';

const compared = { metric: 'accuracy', baseline: 'champion', margin: 0.01 };

function stageOf(
  gates: Gate[],
  rest: Partial<StageDefinition> = {},
): StageDefinition {
  const stage = parseStoredStage(JSON.stringify({ script: 'true', gates }));
  return { ...stage, ...rest };
}

function versionOf(
  version: number,
  stage: StageDefinition,
  values: Measured[] = [],
): ReferenceVersion {
  return { version, runId: `run-${version}`, stage, values, examples: [] };
}

describe('planGates', () => {
  const none = new Map<string, PlannableBaseline>();

  it('shows that what is inconclusive passes now, and that directions changed', () => {
    const directions = { accuracy: 'higher' } as const;
    const before = stageOf([compared], {
      inconclusive: 'ask',
      reports: { directions },
    });
    const newest = versionOf(7, before);
    const now = stageOf([compared], { inconclusive: 'pass' });
    expect(planGates(now, { newest, baselines: none }).loosened).toEqual([
      { type: 'inconclusive', from: 'ask', since: 7 },
      { type: 'direction', metric: 'accuracy', from: 'higher', since: 7 },
    ]);
    const strict = { ...before, inconclusive: 'fail' } as const;
    expect(planGates(strict, { newest, baselines: none }).loosened).toEqual([]);
  });

  it('shows that a gate compares with another baseline', () => {
    const newest = versionOf(7, stageOf([compared]));
    const oldest = versionOf(1, stageOf([]));
    const plan = planGates(stageOf([{ ...compared, baseline: '1' }]), {
      newest,
      baselines: new Map([['1', { type: 'found', version: oldest }]]),
    });
    expect(plan.gates[0]).toMatchObject({
      baseline: { version: 1 },
      loosened: { from: { baseline: 'champion' }, since: 7 },
    });
  });

  it('plans for each slice, and for all questions that slices are', () => {
    const gate = { metric: 'accuracy', min: 0.8, confidence: 0.95 };
    const newest = versionOf(7, stageOf([]), [
      { metric: 'accuracy', value: 0.9, n: 1000 },
      { metric: 'accuracy', slice: 'age=young', value: 0.95, n: 900 },
      { metric: 'accuracy', slice: 'age=65+', value: 0.85, n: 100 },
    ]);
    const plannedFor = (...gates: Gate[]) =>
      planGates(stageOf(gates), { newest, baselines: none }).gates.map(
        ({ planned }) => planned ?? 0,
      );
    const [whole] = plannedFor(gate);
    const [sliced] = plannedFor({ ...gate, slices: 'age' });
    const [beside] = plannedFor(gate, { ...gate, slices: 'age' });
    expect(sliced).toBeGreaterThan(2 * whole);
    expect(beside).toBeGreaterThan(whole);
  });

  it('shows how many examples the smallest slice of the baseline has', () => {
    const gate = { ...compared, slices: 'age' };
    const baseline = versionOf(3, stageOf([gate]), [
      { metric: 'accuracy', value: 0.9, n: 1000 },
      { metric: 'accuracy', slice: 'age=young', value: 0.95, n: 900 },
      { metric: 'accuracy', slice: 'age=65+', value: 0.85, n: 100 },
    ]);
    const stage = stageOf([gate, compared]);
    const plan = planGates(stage, {
      newest: baseline,
      baselines: new Map([['champion', { type: 'found', version: baseline }]]),
    });
    const stored = parseGatePlan(formatGatePlan(plan));
    expect(stored && showGatePlan(stage, stored).gates).toMatchObject([
      { examples: 100, baseline: { value: undefined } },
      { baseline: { value: 0.9 } },
    ]);
  });
});

describe('findLostStages', () => {
  const exact = { metric: 'rmse', max: 30 };
  const before = {
    version: 7,
    stages: { evaluate: stageOf([exact, compared]), train: stageOf([]) },
  };

  it('finds the gates of stages that are gone', () => {
    expect(findLostStages({ train: stageOf([]) }, before)).toMatchObject([
      { stage: 'evaluate', metric: 'rmse', demand: { max: 30 }, since: 7 },
      { stage: 'evaluate', metric: 'accuracy', since: 7 },
    ]);
  });

  it('finds none where a new stage asks for as much, and those that ask for less', () => {
    const { train } = before.stages;
    const renamed = { train, test: stageOf([{ ...exact, max: 20 }, compared]) };
    expect(findLostStages(renamed, before)).toEqual([]);
    const looser = { train, test: stageOf([{ ...exact, max: 40 }, compared]) };
    expect(findLostStages(looser, before)).toMatchObject([{ metric: 'rmse' }]);
    const elsewhere = { train: stageOf([exact, compared]) };
    expect(findLostStages(elsewhere, before)).toHaveLength(2);
  });
});
