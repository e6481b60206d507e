import { FairQueue } from './FairQueue';

/** Work that goes on until it is let go. */
function createWork() {
  const begun: string[] = [];
  const ends: Array<() => void> = [];
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<void>(resolve => {
      ends.push(resolve);
    });
  };
  const endNext = async () => {
    ends.shift()?.();
    await new Promise(resolve => setImmediate(resolve));
  };
  return { begun, work, endNext };
}

describe('FairQueue', () => {
  it('lets keys take turns, each with one piece of work at a time', async () => {
    const queue = new FairQueue({ workers: 2, maxWaiting: 99, maxPerKey: 99 });
    const { begun, work, endNext } = createWork();
    for (const name of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) {
      queue.add(name[0], work(name));
    }
    expect(begun).toEqual(['a1', 'b1']);
    for (let ended = 0; ended < 6; ended++) {
      await endNext();
    }
    expect(begun).toEqual(['a1', 'b1', 'a2', 'c1', 'b2', 'a3']);
  });

  it('takes no more than there is room for, of one key and of all', async () => {
    const queue = new FairQueue({ workers: 1, maxWaiting: 3, maxPerKey: 2 });
    const { begun, work, endNext } = createWork();
    const add = (name: string) => queue.add(name[0], work(name));
    expect(['a1', 'a2', 'a3', 'a4'].map(add)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(['b1', 'c1'].map(add)).toEqual([true, false]);
    await endNext();
    expect(begun).toEqual(['a1', 'a2']);
    expect(add('c1')).toBe(true);
  });
});
