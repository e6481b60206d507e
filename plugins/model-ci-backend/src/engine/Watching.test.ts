import { Watching } from './Watching';

describe('Watching', () => {
  const note = (watching: Watching, now: number) => {
    watching.note(now);
    return watching.lasted(now);
  };

  it('counts from the first of looks without a break', () => {
    const watching = new Watching(10);
    expect([0, 10, 20].map(now => note(watching, now))).toEqual([0, 10, 20]);
  });

  it('begins anew after a break, and after a look that failed', () => {
    const watching = new Watching(10);
    note(watching, 0);
    expect(note(watching, 11)).toBe(0);
    expect(note(watching, 15)).toBe(4);
    watching.interrupt();
    expect(watching.lasted(16)).toBe(0);
    expect(note(watching, 16)).toBe(0);
  });

  it('takes no look for a break that waits for what does not answer', () => {
    const watching = new Watching(20_000);
    [0, 40_000, 80_000].forEach(began => watching.note(began, began + 30_000));
    expect(watching.lasted(110_000)).toBe(80_000);
    // Its machine slept in the middle
    watching.note(120_000, 300_000);
    expect(watching.lasted(300_000)).toBe(0);
  });

  it('has not lasted where the last look is too long ago', () => {
    const watching = new Watching(10);
    expect(watching.lasted(0)).toBe(0);
    [0, 10].forEach(now => note(watching, now));
    expect(watching.lasted(20)).toBe(10);
    expect(watching.lasted(21)).toBe(0);
  });
});
