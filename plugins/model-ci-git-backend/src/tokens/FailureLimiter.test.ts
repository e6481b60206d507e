import { FailureLimiter } from './FailureLimiter';

it('asks an address to wait after too many failures, until its window is over', () => {
  let now = 0;
  const limiter = new FailureLimiter({
    maxFailures: 2,
    windowMs: 10_000,
    now: () => now,
  });
  expect([limiter.fail('a'), limiter.fail('a')]).toEqual([0, 0]);
  now = 4_000;
  expect(limiter.fail('a')).toBe(6);
  expect(limiter.fail('b')).toBe(0);
  now = 10_000;
  expect(limiter.fail('a')).toBe(0);
});
