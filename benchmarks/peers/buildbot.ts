import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const DEADLINE_MS = 240_000;

/**
 * Milliseconds that a chain of shell steps takes in buildbot. The steps note the time themselves; counted is from
 * the first to the last, so neither the start of the build nor its end is held against it.
 */
export async function timeBuildbot(steps: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'model-ci-peer-'));
  const master = join(folder, 'master');
  const worker = join(folder, 'worker');
  const times = join(folder, 'times');
  const port = await freePort();
  await run('buildbot', ['create-master', master]);
  await writeFile(
    join(master, 'master.cfg'),
    configuration({ port, steps: steps + 1, times }),
  );
  const address = `127.0.0.1:${port}`;
  await run('buildbot-worker', [
    ...['create-worker', worker, address, 'worker', 'pass'],
  ]);
  try {
    await run('buildbot', ['start', master]);
    await run('buildbot-worker', ['start', worker]);
    await run('buildbot', [
      ...['sendchange', '--master', address, '--auth', 'change:pass'],
      ...['--who', 'me', '--vc', 'git', 'file'],
    ]);
    const noted = await waitForTimes(times, steps + 1);
    return (noted[steps] - noted[0]) * 1000;
  } finally {
    await run('buildbot-worker', ['stop', worker]).catch(() => {});
    await run('buildbot', ['stop', master]).catch(() => {});
    await rm(folder, { recursive: true });
  }
}

function configuration(options: {
  port: number;
  steps: number;
  times: string;
}): string {
  return `
from buildbot.plugins import changes, schedulers, steps, util, worker
factory = util.BuildFactory()
for i in range(${options.steps}):
    factory.addStep(steps.ShellCommand(command=["sh", "-c", "date +%s.%N >> ${options.times}"], name="s%d" % i))
c = BuildmasterConfig = {
    "workers": [worker.Worker("worker", "pass")],
    "protocols": {"pb": {"port": "tcp:${options.port}:interface=127.0.0.1"}},
    "change_source": [changes.PBChangeSource(user="change", passwd="pass")],
    "schedulers": [schedulers.AnyBranchScheduler(name="all", treeStableTimer=None, builderNames=["chain"])],
    "builders": [util.BuilderConfig(name="chain", workernames=["worker"], factory=factory)],
    "db": {"db_url": "sqlite:///state.sqlite"},
    "buildbotNetUsageData": None,
}
`;
}

async function waitForTimes(file: string, count: number): Promise<number[]> {
  for (const start = Date.now(); Date.now() - start < DEADLINE_MS; ) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const lines = text.split('\n').slice(0, -1);
    if (lines.length === count) {
      return lines.map(Number);
    }
    await pause(500);
  }
  throw new Error(
    `buildbot did not end ${count} steps within ${DEADLINE_MS} ms`,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (!address || typeof address !== 'object') {
    throw new Error('There is no free port');
  }
  return address.port;
}
