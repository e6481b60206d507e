import { gatherParts, PartBuffers } from './gatherParts';
import { inWindow } from './inWindow';
import { partBytes } from './partBytes';

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

describe('parts', () => {
  it.each([
    [[], []],
    [['ab'], ['ab']],
    [['abc'], ['abc']],
    [['abcd'], ['abc', 'd']],
    [
      ['a', 'b', 'cdefgh', 'i'],
      ['abc', 'def', 'ghi'],
    ],
  ])('of %j are %j', async (given, parts) => {
    const gathered = await collect(
      gatherParts(chunks(...given), () => 3, new PartBuffers()),
    );
    expect(gathered.map(({ bytes }) => bytes.toString())).toEqual(parts);
    expect(gathered.map(({ number }) => number)).toEqual(
      parts.map((_, index) => index + 1),
    );
  });

  it('grow, so that 10,000 of them hold the largest artifacts', () => {
    let sum = 0;
    for (let number = 1; number <= 10_000; number += 1) {
      sum += partBytes(number);
    }
    expect(partBytes(1)).toBe(8 * 1024 ** 2);
    expect(sum / 1024 ** 3).toBeCloseTo(484.4, 1);
    expect(() => partBytes(10_001)).toThrow('modelCi.engine.maxArtifactBytes');
  });
});

describe('work in a window', () => {
  it('keeps the order of results, and so many under way', async () => {
    let underWay = 0;
    let most = 0;
    const results = await inWindow([1, 2, 3, 4, 5, 6], {
      atOnce: () => 2,
      async work(item) {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise(resolve => setImmediate(resolve));
        underWay -= 1;
        return item * 10;
      },
    });
    expect(results).toEqual([10, 20, 30, 40, 50, 60]);
    expect(most).toBe(2);
  });

  it('ends with the first failure, once the others know of it', async () => {
    const begun: number[] = [];
    let others = 0;
    const working = inWindow([1, 2, 3, 4, 5], {
      atOnce: () => 2,
      async work(item, signal) {
        begun.push(item);
        if (item === 2) throw new Error('the second');
        await new Promise<void>(resolve =>
          signal.addEventListener('abort', () => resolve()),
        );
        others += 1;
      },
    });
    await expect(working).rejects.toThrow('the second');
    expect(begun).toEqual([1, 2]);
    expect(others).toBe(1);
  });
});
