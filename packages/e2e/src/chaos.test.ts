import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describeWith, missingPostgres, postgres } from './engines';
import { root } from './portal';

jest.setTimeout(300_000);

const exec = promisify(execFile);
/** Few enough for every run of the tests; the benchmark kills a hundred. */
const KILLS = 5;

/** What the benchmark finds after it has killed backends under load: it fails where anything is lost, doubled or left. */
async function killAtRandom(env: Record<string, string>): Promise<string> {
  const { MODEL_CI_BENCHMARK_POSTGRES: _, ...own } = process.env;
  const { stdout } = await exec(
    process.execPath,
    [
      '--require',
      require.resolve('@backstage/cli/config/nodeTransform.cjs'),
      'benchmarks/kills.ts',
      String(KILLS),
    ],
    { cwd: root, env: { ...own, ...env } },
  ).catch(({ stdout: defects, stderr }) => {
    throw new Error(`${defects}${stderr}`);
  });
  return stdout;
}

describe('Backends that are killed at random moments under load', () => {
  it('lose and double nothing on SQLite', async () => {
    expect(await killAtRandom({})).toMatch(/killed on SQLite.*; 0 defects\n/);
  });

  describeWith(missingPostgres())('on PostgreSQL', () => {
    it('lose and double nothing, two that share the work', async () => {
      expect(
        await killAtRandom({ MODEL_CI_BENCHMARK_POSTGRES: postgres ?? '' }),
      ).toMatch(/killed on PostgreSQL.*; 0 defects\n/);
    });
  });
});
