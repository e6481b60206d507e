import { coalesce } from './coalesce';

describe('coalesce', () => {
  it('begins one call at a time, and never answers by one that had begun before', async () => {
    const ends: Array<(value: number) => void> = [];
    const call = jest.fn(
      () =>
        new Promise<number>(resolve => {
          ends.push(resolve);
        }),
    );
    const share = coalesce(call);
    const first = share();
    const others = [share(), share(), share()];
    expect(call).toHaveBeenCalledTimes(1);
    ends.shift()?.(1);
    expect(await first).toBe(1);
    await new Promise(resolve => setImmediate(resolve));
    expect(call).toHaveBeenCalledTimes(2);
    const last = share();
    ends.shift()?.(2);
    expect(await Promise.all(others)).toEqual([2, 2, 2]);
    await new Promise(resolve => setImmediate(resolve));
    expect(call).toHaveBeenCalledTimes(3);
    ends.shift()?.(3);
    expect(await last).toBe(3);
  });

  it('goes on after a call that failed', async () => {
    const call = jest.fn(async () => {});
    call.mockRejectedValueOnce(new Error('out of reach'));
    const share = coalesce(call);
    const [first, second] = await Promise.allSettled([share(), share()]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
    await share();
    expect(call).toHaveBeenCalledTimes(3);
  });
});
