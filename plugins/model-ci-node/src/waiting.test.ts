import { ConfigReader } from '@backstage/config';
import { readLabels, readSize } from './nodeConfig';
import { deferred, untilAborted } from './waiting';

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
