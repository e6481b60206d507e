import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { root, until } from './portal';

jest.setTimeout(60_000);

const isAlive = (pid: number) =>
  fs.readFile(`/proc/${pid}/stat`, 'utf8').then(
    stat => !/\) Z /.test(stat),
    () => false,
  );

/** A project whose `npm start` is the launcher's tree of processes, with a stand-in for the portal. */
async function startWithNpm(folder: string) {
  await fs.writeFile(
    path.join(folder, 'package.json'),
    JSON.stringify({
      name: 'started',
      scripts: {
        start: `node ${path.join(root, 'packages/launcher/testing/outer.mjs')}`,
      },
    }),
  );
  // The workspace's own setting, which names a file relative to the workspace
  const settings = await fs.readFile(path.join(root, '.npmrc'), 'utf8');
  await fs.writeFile(
    path.join(folder, '.npmrc'),
    settings.replace('=./', `=${root}/`),
  );
  const npm = spawn('npm', ['start'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
    // As from a terminal: a group of its own, whose signals do not reach the tests
    detached: true,
    env: { PATH: process.env.PATH, HOME: folder },
  });
  const found: Record<string, number[]> = {};
  for await (const line of createInterface({ input: npm.stdout })) {
    const [word, ...numbers] = line.split(' ');
    found[word] = numbers.map(Number);
    if (found.stage && found.step) {
      break;
    }
  }
  const { portal, step, stage, port } = found;
  return {
    npm,
    processes: [...portal, ...step],
    stage: stage[0],
    port: port[0],
  };
}

describe('a signal to npm', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'model-ci-launcher-'));
  });

  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    '%s ends the portal and whatever the launcher started, but no stage',
    async signal => {
      const { npm, processes, stage, port } = await startWithNpm(folder);
      const answer = await fetch(`http://127.0.0.1:${port}`);
      expect(await answer.text()).toBe('portal');
      const exited = once(npm, 'exit');
      npm.kill(signal);
      await exited;
      await until(
        'everything to end',
        async () => {
          const alive = await Promise.all(processes.map(isAlive));
          return alive.includes(true) ? undefined : true;
        },
        { seconds: 20 },
      );
      await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
      expect(await isAlive(stage)).toBe(true);
      process.kill(stage, 'SIGKILL');
    },
  );

  it('is not needed: the portal ends when the launcher was killed', async () => {
    const { npm, processes, stage, port } = await startWithNpm(folder);
    const [, launcher] = processes;
    process.kill(launcher, 'SIGKILL');
    await until(
      'the portal to end',
      async () => ((await isAlive(processes[0])) ? undefined : true),
      { seconds: 20 },
    );
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
    npm.kill('SIGKILL');
    for (const pid of [stage, ...processes.slice(2)]) {
      process.kill(pid, 'SIGKILL');
    }
  });
});
