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

  it.each(['2026-11-26T23:00:00Z', '2026-11-27T02:00:00Z'])(
    'passes by our own clock, where that of a cluster says %s',
    startedAt => {
      let now = START;
      const phases = new PhaseTracker({
        now: () => now,
        isCluster: () => true,
      });
      const running = { type: 'running', startedAt } as const;
      const { since } = phases.note(running, stage);
      expect(Date.parse(since)).toBeLessThanOrEqual(START);
      // It is reported again with its machine, also to whoever holds the attempt next
      now += 10 * 60_000;
      phases.note({ ...running, node: 'n1' }, stage);
      expect(phases.deadlineAt).toBe('2026-11-27T01:00:00.000Z');
      const next = new PhaseTracker({ now: () => now, isCluster: () => true });
      next.resume({
        phase: 'running',
        phase_since: since,
        deadline_at: phases.deadlineAt ?? null,
      });
      next.note(running, stage);
      expect(next.deadlineAt).toBe('2026-11-27T01:00:00.000Z');
    },
  );
});
