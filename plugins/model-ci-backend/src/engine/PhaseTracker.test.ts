import { parsePipelineDefinition } from '@model-ci/backstage-plugin-model-ci-common';
import { PhaseTracker } from './PhaseTracker';

const START = Date.parse('2026-11-27T00:00:00Z');
const PENDING = { type: 'pending', reason: 'Priority' } as const;
const RUNNING = {
  type: 'running',
  startedAt: '2026-11-27T00:01:00Z',
} as const;

function stageOf(text: string) {
  const parsed = parsePipelineDefinition(
    `version: 1\nstages: { a: { run: a, ${text} } }`,
    { file: 'model-pipeline.yaml' },
  );
  if ('errors' in parsed) {
    throw new Error(JSON.stringify(parsed.errors));
  }
  return parsed.definition.stages.a;
}

describe('the time of an attempt', () => {
  const stage = stageOf('timeout: 1h, queueTimeout: 60s');
  const track = (isCluster: boolean) =>
    new PhaseTracker({ now: () => START, isCluster: () => isCluster });

  it('has the queueTimeout as its limit only while a cluster lets it wait', () => {
    const inCluster = track(true);
    inCluster.note(PENDING, stage);
    expect(inCluster.deadlineAt).toBe('2026-11-27T00:01:00.000Z');
    expect(inCluster.hasQueuedTooLong).toBe(true);
    const pulling = track(false);
    pulling.note(PENDING, stage);
    expect(pulling.deadlineAt).toBeUndefined();
    expect(pulling.hasQueuedTooLong).toBe(false);
  });

  it('ran out where it was when that was seen, not where it is killed', () => {
    const phases = track(true);
    phases.note(PENDING, stage);
    phases.exceed();
    phases.note(RUNNING, stage);
    phases.exceed();
    expect(phases.hasQueuedTooLong).toBe(true);
  });
});
