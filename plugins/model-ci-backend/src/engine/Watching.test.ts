import { Watching } from './Watching';

describe('Watching', () => {
  it('counts from the first of looks without a break', () => {
    const watching = new Watching(10);
    expect([0, 10, 20].map(now => watching.note(now))).toEqual([0, 10, 20]);
  });

  it('begins anew after a break, and after a look that failed', () => {
    const watching = new Watching(10);
    watching.note(0);
    expect(watching.note(11)).toBe(0);
    expect(watching.note(15)).toBe(4);
    watching.interrupt();
    expect(watching.note(16)).toBe(0);
  });
});
