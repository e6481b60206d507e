import { toReason } from '@model-ci/backstage-plugin-model-ci-common';
import type { Phase } from '../executor';
import { eventually, follow, never, type Subject } from './support';

/** The part of the executor contract that concerns waiting in a cluster, for executors that have one. */
export function describePhases(subject: Subject): void {
  const { spec } = subject;

  describe('phases', () => {
    const controls = () => {
      const { cluster } = subject.under;
      if (!cluster) {
        throw new Error(
          'The executor under test has no controls of its cluster',
        );
      }
      return cluster;
    };

    function observe(handle: Parameters<typeof follow>[1]) {
      const phases: Phase[] = [];
      let hasEnded = false;
      const outcome = subject.executor
        .observe(handle, never, phase => phases.push(phase))
        .finally(() => {
          hasEnded = true;
        });
      return { phases, outcome, hasEnded: () => hasEnded };
    }

    it('are pending with the reason of the engine, then running since a time', async () => {
      const cluster = controls();
      cluster.setFull(true);
      const handle = await subject.executor.submit(
        spec('echo ran\nsleep 1', { timeoutSeconds: 30 }),
      );
      const { phases, outcome } = observe(handle);
      await eventually(() => phases.length > 0, 'a phase was reported');
      const [pending] = phases.flatMap(phase =>
        phase.type === 'pending' ? [phase] : [],
      );
      expect(toReason(pending.reason).text).toMatch(/\w/);
      const before = Date.now();
      cluster.setFull(false);
      await outcome;
      const running = phases.flatMap(phase =>
        phase.type === 'running' ? [phase] : [],
      );
      expect(Date.parse(running[0].startedAt)).toBeGreaterThanOrEqual(
        // Engines count whole seconds
        before - 1000,
      );
      await subject.executor.cleanup(handle);
    });

    it('count the time limit from running on, not while pending', async () => {
      const cluster = controls();
      const other = await subject.executor.submit(
        spec('sleep 60', { timeoutSeconds: 2 }),
      );
      const running = observe(other);
      await eventually(
        () => running.phases.some(({ type }) => type === 'running'),
        'the other one runs',
      );
      cluster.setFull(true);
      const handle = await subject.executor.submit(
        spec('echo ran', { timeoutSeconds: 1 }),
      );
      const { hasEnded, outcome } = observe(handle);
      // A longer limit is over meanwhile, of one that runs.
      await expect(running.outcome).resolves.toEqual({
        type: 'killed',
        reason: 'timeout',
      });
      expect(hasEnded()).toBe(false);
      cluster.setFull(false);
      await expect(outcome).resolves.toEqual({ type: 'exited', exitCode: 0 });
      await subject.executor.cleanup(other);
      await subject.executor.cleanup(handle);
    });

    it('may end while pending, when somebody has waited long enough', async () => {
      const cluster = controls();
      cluster.setFull(true);
      const handle = await subject.executor.submit(spec('echo never'));
      const { outcome } = observe(handle);
      await subject.executor.cancel(handle, 'timeout');
      await expect(outcome).resolves.toEqual({
        type: 'killed',
        reason: 'timeout',
      });
      cluster.setFull(false);
      const { log } = await follow(subject.executor, handle);
      expect(log).toBe('');
      await subject.executor.cleanup(handle);
    });

    it('that are unknown, and watches that break off, are no end', async () => {
      const cluster = controls();
      const one = spec('echo ready\nsleep 2\nexit 4');
      const handle = await subject.executor.submit(one);
      const { phases, outcome, hasEnded } = observe(handle);
      await eventually(
        () => phases.some(({ type }) => type === 'running'),
        'it runs',
      );
      cluster.showUnknown(one.attemptId, true);
      cluster.dropWatches();
      await new Promise(resolve => setImmediate(resolve));
      expect(hasEnded()).toBe(false);
      cluster.showUnknown(one.attemptId, false);
      cluster.dropWatches();
      await expect(outcome).resolves.toEqual({ type: 'exited', exitCode: 4 });
      await subject.executor.cleanup(handle);
    });
  });
}
