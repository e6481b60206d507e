import { ConfigReader } from '@backstage/config';
import { readLabels, readSize } from './nodeConfig';
import { atDeadline, deferred, untilAborted } from './waiting';

describe('waiting under a signal', () => {
  it('ends with the promise', async () => {
    const { signal } = new AbortController();
    await expect(untilAborted(Promise.resolve(1), signal)).resolves.toBe(1);
    await expect(
      untilAborted(Promise.reject(new Error('no')), signal),
    ).rejects.toThrow('no');
  });

  it('ends in an AbortError, whatever the reason', async () => {
    const controller = new AbortController();
    const wait = untilAborted(deferred().promise, controller.signal);
    controller.abort(new Error('shutdown'));
    await expect(wait).rejects.toMatchObject({ name: 'AbortError' });
    await expect(
      untilAborted(Promise.resolve(), controller.signal),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('a deadline', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('is kept however far it is, until acting succeeds', async () => {
    const month = 31 * 24 * 60 * 60 * 1000;
    const act = jest
      .fn<Promise<void>, []>()
      .mockRejectedValueOnce(new Error('away'))
      .mockResolvedValue(undefined);
    atDeadline(Date.now() + month, act);
    await jest.advanceTimersByTimeAsync(month - 1);
    expect(act).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(act).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(act).toHaveBeenCalledTimes(2);
  });

  it('can be called off, also between two tries', async () => {
    const act = jest.fn(async () => {
      throw new Error('away');
    });
    atDeadline(Date.now() + 1000, act)();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(act).not.toHaveBeenCalled();
    const callOff = atDeadline(Date.now(), act);
    await jest.advanceTimersByTimeAsync(1);
    callOff();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(act).toHaveBeenCalledTimes(1);
  });
});

describe('the configuration of a node', () => {
  const config = new ConfigReader({
    memory: '8Gi',
    bytes: 1000,
    bad: 'much',
    labels: { 'nvidia.com/gpu': 'a100', zone: 1 },
  });

  it('has sizes', () => {
    expect(readSize(config, 'memory')).toBe(8 * 2 ** 30);
    expect(readSize(config, 'bytes')).toBe(1000);
    expect(readSize(config, 'none')).toBeUndefined();
    expect(() => readSize(config, 'bad')).toThrow(
      'Config bad: "much" is not a size; write it like 512Mi or 8Gi',
    );
  });

  it('has labels, whatever is in their names', () => {
    expect(readLabels(config, 'labels')).toEqual({
      'nvidia.com/gpu': 'a100',
      zone: '1',
    });
    expect(readLabels(config, 'none')).toEqual({});
  });
});
