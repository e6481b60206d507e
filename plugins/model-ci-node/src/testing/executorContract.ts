import type { Executor } from '../executor';
import { describeCalls } from './callContract';
import { describeResults } from './collectContract';
import { describeEnds } from './endContract';
import { describePeeking } from './peekContract';
import { describePhases } from './phaseContract';
import { describeScripts } from './scriptContract';
import { describeServices } from './serviceContract';
import {
  attempt,
  follow,
  type ExecutorFeatures,
  type ExecutorUnderTest,
  type Subject,
} from './support';

/**
 * The tests that every executor passes. Call it at the top of a Jest test file; `create` is called once.
 * Attempts run for real; nothing is mocked.
 */
export function describeExecutorContract(
  name: string,
  options: {
    create(): Promise<ExecutorUnderTest>;
    features: ExecutorFeatures;
  },
): void {
  describe(`executor contract: ${name}`, () => {
    jest.setTimeout(60_000);

    let under: ExecutorUnderTest;
    let executor: Executor;

    beforeAll(async () => {
      under = await options.create();
      executor = under.executor;
    }, 60_000);

    afterAll(async () => {
      await under?.dispose?.();
    }, 60_000);

    const spec = (...args: [string, Parameters<typeof attempt>[2]?]) =>
      attempt(under, ...args);

    const run = async (...args: Parameters<typeof spec>) => {
      const handle = await executor.submit(spec(...args));
      const result = await follow(executor, handle);
      await executor.cleanup(handle);
      return result;
    };

    const subject: Subject = {
      features: options.features,
      get under() {
        return under;
      },
      get executor() {
        return under.executor;
      },
      spec,
      run,
    };

    describeCalls(subject);
    if (options.features.cluster) {
      describePhases(subject);
    }
    if (options.features.shell) {
      describeScripts(subject);
      describeEnds(subject);
      describeResults(subject);
      describePeeking(subject);
    }
    if (options.features.services) {
      describeServices(() => under);
    }

    it('lists its node with capacity and health', async () => {
      const nodes = await executor.inventory();
      expect(nodes).toContainEqual(
        expect.objectContaining({
          name: under.node,
          labels: expect.any(Object),
          health: 'healthy',
          capacity: {
            cpus: expect.any(Number),
            memoryBytes: expect.any(Number),
            gpus: expect.any(Number),
          },
        }),
      );
    });

    it('refuses a node that it does not have', async () => {
      await expect(
        executor.submit(spec('true', { node: 'nowhere' })),
      ).rejects.toThrow('nowhere');
    });
  });
}
