import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@model-ci/backstage-plugin-model-ci-node/testing';
import { firstFiles, planSchema } from './attemptFolder';
import { parseExitRecord, parseKillNote } from './exitRecord';

/** The batch script as Slurm runs it, without Slurm: in a process group of its own. */
describe('the batch script', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'model-ci-slurm-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const read = (name: string) => readFile(join(folder, name), 'utf8');

  async function prepare(
    script: string,
    rest: {
      env?: Record<string, string>;
      image?: string;
      containerCommand?: string[];
    } = {},
  ): Promise<void> {
    const { containerCommand, env = {}, image } = rest;
    const files = firstFiles({ script, env, image }, folder, containerCommand);
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(folder, name), content);
    }
    await mkdir(join(folder, 'workspace'));
    await mkdir(join(folder, 'home'));
    await mkdir(join(folder, 'tmp'));
  }

  function start(
    limits = { seconds: 60, logBytes: 1_000_000 },
    variables: Record<string, string> = {},
  ): ChildProcess {
    const { seconds, logBytes } = limits;
    const { PATH } = process.env;
    return spawn(
      'sh',
      [
        ...[join(folder, 'job'), folder, String(seconds), String(logBytes)],
        ...Object.keys(variables),
      ],
      { detached: true, stdio: 'ignore', env: { PATH, ...variables } },
    );
  }

  /** Slurm ends what is left, too. */
  async function end(job: ChildProcess): Promise<number | null> {
    const [code] = await once(job, 'exit');
    try {
      process.kill(-job.pid!, 'SIGKILL');
    } catch {
      // Nothing is left
    }
    return code;
  }

  const run = async (...args: Parameters<typeof start>) =>
    await end(start(...args));

  async function whyKilled() {
    const { proof } = planSchema.parse(JSON.parse(await read('plan')));
    return parseKillNote(await read('killed'), { proof });
  }

  async function recorded() {
    const { proof } = planSchema.parse(JSON.parse(await read('plan')));
    return parseExitRecord(await read('exit'), proof);
  }

  it.each([0, 7])('ends as its stage does, and proves it: %d', async code => {
    await prepare(`echo one; echo two >&2; exit ${code}`);
    await expect(run()).resolves.toBe(code);
    await expect(read('log')).resolves.toBe('one\ntwo\n');
    await expect(recorded()).resolves.toEqual({
      exitCode: code,
      terminated: false,
    });
    expect(await readdir(folder)).not.toContain('permit');
  });

  it('runs once, whoever starts it again', async () => {
    await prepare('echo ran');
    const codes = await Promise.all([run(), run(), run()]);
    expect(codes.sort()).toEqual([0, 99, 99]);
    await expect(run()).resolves.toBe(99);
    await expect(read('log')).resolves.toBe('ran\n');
  });

  it('does not run what was to be killed before', async () => {
    await prepare('echo ran');
    await writeFile(join(folder, 'killed'), 'cancelled\n');
    await expect(run()).resolves.toBe(99);
    expect(await readdir(folder)).not.toContain('log');
  });

  it('shows the stage neither its secrets nor its environment file', async () => {
    const env = { TOKEN: `it's "$(id)" \\ \n`, EMPTY: '' };
    await prepare('set; cat ../used; ls ..; printf %s "$TOKEN"', { env });
    const { proof } = planSchema.parse(JSON.parse(await read('plan')));
    const secrets = (await read('permit')).trim().split(' ');
    const [succeeded] = secrets;
    expect(parseExitRecord(`exited 0 ${succeeded}\n`, proof)).toBeDefined();
    await run();
    const log = await read('log');
    expect(secrets.filter(secret => log.includes(secret))).toEqual([]);
    expect(log).not.toMatch(/^environment$/m);
    expect(log.endsWith(env.TOKEN)).toBe(true);
  });

  it('hides variables of the commands, also those of its own start', async () => {
    await prepare(`echo "\${TOKEN-none}"
    pid=$$ found=0
    while [ "$pid" -gt 1 ] && [ "$pid" -ne ${process.pid} ]; do
      ! tr '\\0' '\\n' < /proc/$pid/environ | grep -q '^TOKEN=' || found=1
      pid=$(awk '/^PPid/ { print $2 }' /proc/$pid/status)
    done
    echo "$found"`);
    await run(undefined, { TOKEN: 'secret', OTHER: 'x' });
    await expect(read('log')).resolves.toBe('none\n0\n');
  });

  it('removes its file of variables whatever PATH is', async () => {
    await prepare('echo "${HOME+set}"', { env: { PATH: '/nothing' } });
    const script = await read('run');
    await writeFile(
      join(folder, 'run'),
      script.replace('exec sh', 'exec /bin/sh'),
    );
    await expect(run()).resolves.toBe(0);
    await expect(read('log')).resolves.toBe('set\n');
    expect(await readdir(folder)).not.toContain('environment');
  });

  it('keeps the time limit', async () => {
    await prepare('echo before; sleep 600');
    await run({ seconds: 1, logBytes: 1000 });
    await expect(whyKilled()).resolves.toBe('timeout');
    expect(await readdir(folder)).not.toContain('exit');
  });

  it('keeps the log limit, also of what writes fast', async () => {
    await prepare('trap "" PIPE; while :; do yes || :; done');
    await run({ seconds: 60, logBytes: 10_000 });
    await expect(whyKilled()).resolves.toBe('log-limit');
    expect((await read('log')).length).toBeLessThan(200_000);
  });

  it('passes on that it is to end, and says so', async () => {
    await prepare(
      'trap "echo saved; exit 0" TERM; echo ready; sleep 600 & wait',
    );
    const job = start();
    await eventually(
      async () => (await read('log').catch(() => '')).includes('ready'),
      'it runs',
    );
    job.kill('SIGTERM');
    await expect(end(job)).resolves.toBe(0);
    await expect(read('log')).resolves.toBe('ready\nsaved\n');
    await expect(recorded()).resolves.toEqual({
      exitCode: 0,
      terminated: true,
    });
  });

  it('kills at once what was noted to be killed', async () => {
    await prepare('trap "" TERM; echo ready; sleep 600');
    const job = start();
    await eventually(
      async () => (await read('log').catch(() => '')).includes('ready'),
      'it runs',
    );
    await writeFile(join(folder, 'killed'), 'cancelled\n');
    job.kill('SIGTERM');
    await expect(end(job)).resolves.toBeNull();
    expect(await readdir(folder)).not.toContain('exit');
  });

  it('waits no longer than two seconds for what a script has left running', async () => {
    await prepare('echo done; setsid sleep 20 &\nexit 3');
    await expect(run()).resolves.toBe(3);
    await expect(read('log')).resolves.toBe('done\n');
  });

  it('runs the script in an image, where there is a command for that', async () => {
    const words = ['env', 'IMAGE={image}', 'AT={workspace}'];
    await prepare('echo $IMAGE $AT', {
      image: 'registry.example/a:1',
      containerCommand: words,
    });
    await run();
    await expect(read('log')).resolves.toBe(
      `registry.example/a:1 ${folder}/workspace\n`,
    );
  });

  it.each(['--bind=/:/x', 'a b', 'a;id', "'"])(
    'refuses the image %j',
    async image => {
      await expect(
        prepare('true', { image, containerCommand: ['run', '{image}'] }),
      ).rejects.toMatchObject({ name: 'InputError' });
    },
  );

  it('refuses an image where there is no command for one', async () => {
    await expect(prepare('true', { image: 'a' })).rejects.toThrow(
      'containerCommand',
    );
  });

  it('refuses variables that would be commands', async () => {
    await expect(
      prepare('true', { env: { 'A;touch evil': '1' } }),
    ).rejects.toMatchObject({ name: 'InputError' });
  });
});
