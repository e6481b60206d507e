import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { Cluster } from '../Cluster';
import { quoteAll } from '../commands/quote';
import { CommandRunner, type Runner, type Wrap } from '../commands/Runner';
import type { ClusterConfig } from '../config';

/** Folder of the cluster that testbed/slurm/up.sh has started. */
const ROOT = process.env.MODEL_CI_TEST_SLURM;

/** What the testbed's partitions are for is in testbed/slurm/README.md. */
const PARTITIONS = ['main', 'high', 'low', 'lowrq', 'short'];

/** Why tests that need Slurm cannot run here; undefined if they can. */
function whyNoSlurm(): string | undefined {
  if (!ROOT) {
    return 'MODEL_CI_TEST_SLURM does not name a running testbed/slurm';
  }
  try {
    slurm('sinfo', '--noheader');
    return undefined;
  } catch (error) {
    return `no Slurm answers at ${ROOT} (${String(error).split('\n')[0]})`;
  }
}

/** A group of tests that needs a real Slurm; skipped aloud without one, unless engines are demanded. */
export function describeWithSlurm(name: string, tests: () => void): void {
  const reason = whyNoSlurm();
  if (reason === undefined) {
    describe(name, tests);
  } else if (process.env.MODEL_CI_REQUIRE_ENGINES === 'true') {
    describe(name, () => {
      it('has what it needs', () => {
        throw new Error(`MODEL_CI_REQUIRE_ENGINES is set, but ${reason}`);
      });
    });
  } else {
    // eslint-disable-next-line no-console
    console.warn(`Skipped: ${name}: ${reason}`);
    describe.skip(name, tests);
  }
}

function testbedPath(...parts: string[]): string {
  return join(ROOT ?? '', ...parts);
}

function environment(): Record<string, string> {
  return {
    SLURM_CONF: testbedPath('etc', 'slurm.conf'),
    PATH: `${testbedPath('root', 'usr', 'bin')}:/usr/bin:/bin`,
  };
}

/** Runs one of Slurm's commands, as an administrator. */
export function slurm(command: string, ...args: string[]): string {
  return execFileSync(testbedPath('root', 'usr', 'bin', command), args, {
    env: environment(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
}

/** Powers a machine off and on, see testbed/slurm/node.sh. */
export function node(action: 'down' | 'up', name: string): void {
  testbedScript('node.sh', action, name);
}

/** Stops and starts a daemon, see testbed/slurm/daemon.sh. */
export function daemon(
  action: 'down' | 'up',
  name: 'slurmctld' | 'slurmdbd',
): void {
  testbedScript('daemon.sh', action, name);
}

function testbedScript(script: string, ...args: string[]): void {
  const path = resolvePackagePath(
    '@model-ci/backstage-plugin-model-ci-backend-module-slurm',
    '../../testbed/slurm',
    script,
  );
  execFileSync(path, args, {
    env: { ...process.env, TESTBED: join(testbedPath(), '..') },
    stdio: 'ignore',
    timeout: 60_000,
  });
}

/** A new folder that jobs of every user may write to. */
export function jobsFolder(name: string): string {
  const folder = testbedPath('jobs', name);
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  return folder;
}

export function testConfig(
  directory: string,
  rest: Partial<ClusterConfig> = {},
): ClusterConfig {
  return {
    name: 'testbed',
    prefix: { type: 'words', words: [] },
    environment: environment(),
    directory,
    mountedAt: directory,
    pollMs: 250,
    partitions: PARTITIONS.map(name => ({
      name,
      node: `testbed-${name}`,
      labels: {},
      options: {},
    })),
    ...rest,
  };
}

const HERE = { PATH: process.env.PATH ?? '', HOME: '/root' };

export function localRunner(): Runner {
  return new CommandRunner(words => words, HERE);
}

/** Hands its words to another shell, as ssh does. */
export const throughShell: Wrap = words => ['sh', '-c', quoteAll(words)];

export function shellRunner(): Runner {
  return new CommandRunner(throughShell, HERE);
}

/** Changes, or fails, what commands answer. */
export function spyOn(
  runner: Runner,
  change: (
    words: readonly string[],
    run: () => ReturnType<Runner['run']>,
  ) => ReturnType<Runner['run']>,
): Runner {
  return {
    run: (words, options) => change(words, () => runner.run(words, options)),
    stream: (words, explain) => runner.stream(words, explain),
  };
}

export function testCluster(
  directory: string,
  runner: Runner = localRunner(),
  rest: Partial<ClusterConfig> = {},
): Cluster {
  return new Cluster(testConfig(directory, rest), runner);
}
