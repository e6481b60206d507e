import { WindowLimiter } from './WindowLimiter';

it('asks an address to wait after too many failures, until its window is over', () => {
  let now = 0;
  const limiter = new WindowLimiter({
    max: 2,
    windowMs: 10_000,
    now: () => now,
  });
  expect([limiter.count('a'), limiter.count('a')]).toEqual([0, 0]);
  now = 4_000;
  expect(limiter.count('a')).toBe(6);
  expect(limiter.count('b')).toBe(0);
  now = 10_000;
  expect(limiter.count('a')).toBe(0);
});
