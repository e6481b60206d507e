import { Comparisons } from './Comparisons';

/** A comparison of a test, which ends when it is told to. */
function createCompare() {
  const begun: Array<(result: string) => void> = [];
  return {
    begun,
    of: (key: string, caller = 'user:default/ann') => ({
      ...{ caller, key: [key] },
      compare: () => new Promise<string>(resolve => begun.push(resolve)),
      isWhole: (result: string) => result !== 'too long',
    }),
  };
}

describe('Comparisons', () => {
  it('find out once what any number of people ask for, now and later', async () => {
    const comparisons = new Comparisons();
    const { begun, of } = createCompare();
    const asked = ['a', 'b', 'c'].map(name =>
      comparisons.find(of('1', `user:default/${name}`)),
    );
    expect(begun).toHaveLength(1);
    begun[0]('clean');
    expect(await Promise.all(asked)).toEqual(['clean', 'clean', 'clean']);
    expect(await comparisons.find(of('1'))).toBe('clean');
    expect(begun).toHaveLength(1);
  });

  it('are made again where they took too long or failed', async () => {
    const comparisons = new Comparisons();
    const { begun, of } = createCompare();
    const first = comparisons.find(of('1'));
    begun[0]('too long');
    expect(await first).toBe('too long');
    const failing = {
      ...of('1'),
      compare: () => Promise.reject(new Error('no git')),
    };
    await expect(comparisons.find(failing)).rejects.toThrow('no git');
    const again = comparisons.find(of('1'));
    begun[1]('clean');
    expect(await again).toBe('clean');
  });

  it('are few at a time for one caller, who leaves room for others', async () => {
    const comparisons = new Comparisons();
    const { begun, of } = createCompare();
    const all = ['1', '2', '3', '4'].map(key => comparisons.find(of(key)));
    await expect(comparisons.find(of('5'))).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      reason: { code: 'gitHost.busy' },
    });
    all.push(comparisons.find(of('5', 'user:default/ben')));
    expect(begun).toHaveLength(5);
    begun.forEach(end => end('clean'));
    await Promise.all(all);
    const next = comparisons.find(of('6'));
    begun[5]('clean');
    expect(await next).toBe('clean');
  });

  it('keep some results', async () => {
    const comparisons = new Comparisons();
    const { begun, of } = createCompare();
    const find = async (key: string) => {
      const count = begun.length;
      const found = comparisons.find(of(key));
      begun[count]?.('clean');
      await found;
      return begun.length > count;
    };
    for (let index = 0; index <= 200; index++) {
      expect(await find(`${index}`)).toBe(true);
    }
    expect(await find('200')).toBe(false);
    expect(await find('0')).toBe(true);
  });
});
