import { buffer } from 'node:stream/consumers';
import { archive } from '@model-ci/backstage-plugin-model-ci-node/testing';
import { KeptResults } from './keptResults';

describe('results that wait to be collected', () => {
  afterEach(() => jest.useRealTimers());

  const one = async () => new Map([['a', await buffer(archive({ a: '1' }))]]);

  it('are gone once they were collected', async () => {
    const kept = new KeptResults();
    kept.put('container', await one());
    await expect(kept.take('container', 'b')).resolves.toBeUndefined();
    await expect(kept.take('container', 'a')).resolves.toBeDefined();
    expect(kept.size).toBe(0);
  });

  it('are gone after a minute, whoever cleans the container up', async () => {
    const results = await one();
    jest.useFakeTimers();
    const kept = new KeptResults();
    for (let i = 0; i < 1000; i++) {
      kept.put(`container-${i}`, results);
    }
    expect(kept.size).toBe(1000);
    jest.advanceTimersByTime(60_000);
    expect(kept.size).toBe(0);
  });
});
