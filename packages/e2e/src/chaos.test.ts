import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import {
  demand,
  describeWith,
  missingDocker,
  missingPostgres,
  postgres,
} from './engines';
import { missingKubernetes } from './kubernetes';
import { root } from './portal';

/** What hangs is said before that: nodes are made good again, and backends are killed that have not come to an end. */
jest.setTimeout(300_000);

const exec = promisify(execFile);
/** Few enough for every run of the tests; the benchmark kills a hundred. */
const KILLS = 3;

/** Why a testbed is left out, or undefined. */
function missingTestbed(name: string): string | undefined {
  const folder = process.env[name];
  return folder && existsSync(folder)
    ? undefined
    : `${name} names no testbed, so that backends are killed without it`;
}

/** What the benchmark finds: it fails where anything is lost, doubled or left. */
async function killUnderLoad(): Promise<string> {
  const { stdout } = await exec(
    process.execPath,
    [
      '--require',
      require.resolve('@backstage/cli/config/nodeTransform.cjs'),
      'benchmarks/kills.ts',
      String(KILLS),
      'shortly',
    ],
    {
      cwd: root,
      env: { ...process.env, MODEL_CI_BENCHMARK_POSTGRES: postgres },
    },
  ).catch(({ stdout: defects, stderr }) => {
    throw new Error(`${defects}${stderr}`);
  });
  return stdout;
}

describeWith(missingPostgres())(
  'Two backends that are killed at random moments while nodes and servers of the engines are away',
  () => {
    demand(missingDocker('busybox'));
    demand(missingKubernetes());
    demand(missingTestbed('MODEL_CI_TEST_SLURM'));
    demand(missingTestbed('MODEL_CI_TEST_CEPH'));

    it('lose and double no stage, no line of a log and no artifact', async () => {
      expect(await killUnderLoad()).toMatch(
        /killed on PostgreSQL.*; 0 defects/,
      );
    });
  },
);
