import { CommandRunner } from './Runner';

it('runs commands beside transfers that nobody reads', async () => {
  const runner = new CommandRunner(words => words, {
    PATH: process.env.PATH ?? '',
  });
  const transfers = Array.from({ length: 20 }, () =>
    runner.stream(['head', '-c', '10000000', '/dev/zero']),
  );
  const answer = await runner.run(['echo', 'ran']);
  expect(answer.stdout.toString()).toBe('ran\n');
  transfers.forEach(transfer => transfer.destroy());
});
