import { deferred } from '@model-ci/backstage-plugin-model-ci-node';
import { GroupCommit, Lane } from './GroupCommit';

/** A lane that is taken until it is opened. */
function closedLane(): { lane: Lane; open(): void } {
  const lane = new Lane();
  const { promise, resolve: open } = deferred();
  void lane.run(() => promise);
  return { lane, open };
}

function createGroups(commit?: (items: string[]) => Promise<string[]>) {
  const { lane, open } = closedLane();
  const groups: string[][] = [];
  const group = new GroupCommit<string, string>({
    lane,
    keyOf: item => item[0],
    full: 3,
    commit: async items => {
      groups.push(items);
      return commit ? await commit(items) : items.map(item => `${item}!`);
    },
  });
  return { lane, open, groups, group };
}

describe('GroupCommit', () => {
  it('commits together what came while the lane was taken, and answers each', async () => {
    const { open, groups, group } = createGroups();
    const added = Promise.all(['a', 'b', 'c', 'd'].map(i => group.add(i)));
    open();
    expect(await added).toEqual(['a!', 'b!', 'c!', 'd!']);
    expect(groups).toEqual([['a', 'b', 'c'], ['d']]);
    expect(await group.add('e')).toBe('e!');
  });

  it('takes what the turn of the event loop still brings along', async () => {
    const { open, groups, group } = createGroups();
    open();
    const first = group.add('a');
    await Promise.resolve();
    await Promise.all([first, group.add('b')]);
    expect(groups).toEqual([['a', 'b']]);
  });

  it('puts two items of one key into different groups, in their order', async () => {
    const { open, groups, group } = createGroups();
    const added = Promise.all(['a1', 'a2', 'b'].map(i => group.add(i)));
    open();
    await added;
    expect(groups).toEqual([['a1', 'b'], ['a2']]);
  });

  it('rejects only the item that cannot be stored', async () => {
    const { open, groups, group } = createGroups(async items => {
      if (items.includes('bad')) {
        throw new Error('refused');
      }
      return items;
    });
    const added = Promise.allSettled(['a', 'bad', 'c'].map(i => group.add(i)));
    open();
    expect(await added).toMatchObject([
      { status: 'fulfilled', value: 'a' },
      { status: 'rejected', reason: { message: 'refused' } },
      { status: 'fulfilled', value: 'c' },
    ]);
    expect(groups).toEqual([['a', 'bad', 'c'], ['a'], ['bad'], ['c']]);
    expect(await group.add('e')).toBe('e');
  });

  it('commits one group of a lane at a time', async () => {
    const lane = new Lane();
    let running = 0;
    const create = () =>
      new GroupCommit<string, void>({
        lane,
        keyOf: item => item,
        full: 1,
        commit: async items => {
          running++;
          expect(running).toBe(1);
          await new Promise(resolve => setImmediate(resolve));
          running--;
          return items.map(() => {});
        },
      });
    const groups = [create(), create()];
    await Promise.all(['a', 'b', 'c'].flatMap(i => groups.map(g => g.add(i))));
  });
});
