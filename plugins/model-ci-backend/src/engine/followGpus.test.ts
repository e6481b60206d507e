import type { Executor } from '@model-ci/backstage-plugin-model-ci-node';
import type { AttemptLease } from './AttemptLease';
import { followGpus } from './followGpus';
import type { LoadedAttempt } from './loadAttempt';

describe('followGpus', () => {
  afterEach(() => jest.useRealTimers());

  function follow(gpuReadings: NonNullable<Executor['gpuReadings']>) {
    const ended = new AbortController();
    const store = jest.fn(async () => {});
    const lease = {
      attemptId: 'a',
      signal: new AbortController().signal,
      warn: jest.fn(),
    } as Partial<AttemptLease> as AttemptLease;
    const loaded = {
      executor: { gpuReadings } as Executor,
      attempt: { gpus: 1 },
    } as LoadedAttempt;
    const following = followGpus({
      lease,
      loaded,
      handle: {},
      intervalMs: 1_000,
      now: () => 0,
      load: async () => new Map(),
      store,
      signal: ended.signal,
    });
    return { ended, store, following };
  }

  it('ends soon after the attempt though a reading never answers', async () => {
    jest.useFakeTimers();
    const read = jest.fn(() => new Promise<never>(() => {}));
    const { ended, store, following } = follow(read);
    await jest.advanceTimersByTimeAsync(60_000);
    ended.abort();
    await jest.advanceTimersByTimeAsync(2_000);
    await following;
    expect(read).toHaveBeenCalledTimes(1);
    expect(store).toHaveBeenCalledTimes(1);
  });

  it('waits for a slow reading while the attempt runs', async () => {
    jest.useFakeTimers();
    let answer = (_: []) => {};
    const { ended, store, following } = follow(
      () => new Promise(resolve => (answer = resolve)),
    );
    await jest.advanceTimersByTimeAsync(60_000);
    expect(store).not.toHaveBeenCalled();
    answer([]);
    await jest.advanceTimersByTimeAsync(0);
    expect(store).toHaveBeenCalledTimes(1);
    ended.abort();
    await jest.advanceTimersByTimeAsync(0);
    answer([]);
    await following;
    expect(store).toHaveBeenCalledTimes(2);
  });
});
