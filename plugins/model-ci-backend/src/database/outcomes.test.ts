import { formatOutcome, isLost } from './outcomes';

it('finds what was lost, in whatever order its outcome was written', () => {
  const outcome = {
    reason: 'the machine was restarted',
    type: 'lost',
  } as const;
  expect(isLost(formatOutcome(outcome))).toBe(true);
  expect(isLost(formatOutcome({ type: 'exited', exitCode: 0 }))).toBe(false);
  expect(isLost(null)).toBe(false);
});
