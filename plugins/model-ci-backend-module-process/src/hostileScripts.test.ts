import { randomUUID } from 'node:crypto';
import {
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  attempt,
  eventually,
  follow,
  logHolds,
  part,
  processAlive,
  uniqueSeconds,
  type ExecutorUnderTest,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import { ProcessExecutor } from './ProcessExecutor';

jest.setTimeout(60_000);

const never = new AbortController().signal;

describe('a script that writes where it should not', () => {
  let directory: string;
  let executor: ProcessExecutor;

  const create = () =>
    new ProcessExecutor({
      directory,
      node: {
        name: 'local',
        labels: {},
        capacity: { cpus: 4, memoryBytes: 2 ** 33 },
      },
    });

  const under = (): ExecutorUnderTest => ({
    executor,
    recreate: async () => create(),
    node: 'local',
    removeBehind: async () => {},
    remains: async () => [],
  });

  /** As another backend sees the end, which was not there when it came. */
  async function outcomeOf(script: string) {
    const handle = await executor.submit(attempt(under(), script));
    const { outcome } = await follow(executor, handle);
    const later = await create().observe(handle, never);
    await executor.cleanup(handle);
    return [outcome, later];
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'model-ci-process-'));
    executor = create();
  });

  afterAll(async () => {
    await rm(directory, { recursive: true });
  });

  it.each([
    ['the old record', "printf 'exited 0\\n' > ../status; kill -KILL 0"],
    [
      'a record',
      `printf 'exited 0 ${'a'.repeat(32)}\\n' > ../status; kill -KILL $PPID`,
    ],
    [
      'the digest of the secret',
      's=$(sed \'s/.*succeeded":"//; s/".*//\' ../plan); echo "exited 0 $s" > ../status; kill -KILL $PPID',
    ],
  ])('cannot make a success of its end with %s', async (_, script) => {
    for (const outcome of await outcomeOf(script)) {
      expect(outcome).toMatchObject({ type: 'lost' });
    }
  });

  it('cannot make a success of the failure that was written down', async () => {
    // What it leaves running outlives the supervisor's group
    const [outcome, later] = await outcomeOf(
      `setsid sh -c 'while :; do sed "s/exited 3/exited 0/" ../status > x && cat x > ../status; done' & exit 3`,
    );
    for (const seen of [outcome, later]) {
      expect(seen).not.toEqual({ type: 'exited', exitCode: 0 });
    }
  });

  it.each([
    ['pipe', 'mkfifo'],
    ['folder', 'mkdir'],
    ['link to a pipe', 'f() { mkfifo pipe; ln -s "$PWD/pipe" "$1"; }; f'],
  ])('blocks nothing with a %s in the place of a record', async (_, make) => {
    const names = ['status', 'killed', 'plan', 'started', 'pid', 'log'];
    for (const name of names) {
      const script = `rm -f pipe ../${name}; ${make} ../${name}; echo done`;
      const spec = attempt(under(), script);
      const handle = await executor.submit(spec);
      const outcome = await executor.observe(handle, never);
      expect(['exited', 'lost']).toContain(outcome.type);
      const later = create();
      await later.observe(handle, never);
      await later.cancel(handle, 'cancelled');
      await later.submit(spec).catch(() => {});
      await later.withdraw(spec);
      await executor.cleanup(handle);
      await expect(
        stat(join(directory, 'attempts', spec.attemptId)),
      ).rejects.toThrow('ENOENT');
    }
  });

  it('does not have its workspace taken for another folder', async () => {
    const handle = await executor.submit(
      attempt(under(), 'cd ..; mv workspace w; ln -s /etc workspace'),
    );
    await follow(executor, handle);
    await expect(executor.collect(handle, 'passwd')).rejects.toMatchObject({
      name: 'InputError',
    });
    await executor.cleanup(handle);
  });

  it('finds no secret of its supervisor, and no input', async () => {
    const handle = await executor.submit(
      attempt(
        under(),
        'set; cat /proc/$PPID/environ /proc/$PPID/cmdline | tr "\\0" "\\n"; cat',
      ),
    );
    const { outcome, log } = await follow(executor, handle);
    expect(outcome).toEqual({ type: 'exited', exitCode: 0 });
    const status = join(
      directory,
      'attempts',
      String(handle.attemptId),
      'status',
    );
    const [, , secret] = (await readFile(status, 'utf8')).split(/\s/);
    expect(secret).toHaveLength(32);
    expect(log).not.toContain(secret);
    await executor.cleanup(handle);
  });

  it('is killed though the note of it cannot be kept', async () => {
    const seconds = uniqueSeconds();
    const handle = await executor.submit(
      attempt(
        under(),
        `rm ../killed; mkdir ../killed; echo ready; sleep ${seconds}`,
      ),
    );
    await logHolds(executor, handle, 'ready');
    await executor.cancel(handle, 'cancelled');
    expect(await processAlive(`sleep ${seconds}`)).toBe(false);
    await executor.cleanup(handle);
  });

  it('is found by its parents, though it hides its marker and its folder', async () => {
    const seconds = uniqueSeconds();
    const handle = await executor.submit(
      attempt(
        under(),
        `env -i setsid sh -c 'cd /; sleep ${seconds} & echo ready; wait' & wait`,
      ),
    );
    await logHolds(executor, handle, 'ready');
    await executor.cancel({ ...handle, controlGroup: '' }, 'cancelled');
    await eventually(
      async () => !(await processAlive(`sleep ${seconds}`)),
      'it is gone',
    );
    await executor.cleanup(handle);
    expect(await processAlive(`sleep ${seconds}`)).toBe(false);
  });

  it('is ended with its control group, though nothing else shows it', async () => {
    const seconds = uniqueSeconds();
    const handle = await executor.submit(
      attempt(
        under(),
        `env -i setsid sh -c 'cd /; sleep ${seconds} &' > /dev/null 2>&1 & wait; sleep 0.3`,
      ),
    );
    if (!handle.controlGroup) {
      await executor.cleanup(handle);
      return; // this machine gives the tests none
    }
    await expect(executor.observe(handle, never)).resolves.toEqual({
      type: 'exited',
      exitCode: 0,
    });
    expect(await processAlive(`sleep ${seconds}`)).toBe(false);
    await executor.cleanup(handle);
    await expect(stat(String(handle.controlGroup))).rejects.toThrow('ENOENT');
  });

  it('gets an error if a name of its workspace is too long', async () => {
    const long = 'x'.repeat(300);
    await expect(
      executor.submit(
        attempt(under(), 'true', { workspace: [part('.', { [long]: '' })] }),
      ),
    ).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('too long'),
    });
  });

  describe('on another machine', () => {
    let elsewhere: string;

    beforeAll(async () => {
      elsewhere = await mkdtemp(join(tmpdir(), 'model-ci-elsewhere-'));
    });

    afterAll(() => rm(elsewhere, { recursive: true }));

    it('is never lost, and nobody else is signalled for it', async () => {
      const handle = await executor.submit(attempt(under(), 'sleep 60'));
      const other = new ProcessExecutor({
        directory: elsewhere,
        node: {
          name: 'local',
          labels: {},
          capacity: { cpus: 1, memoryBytes: 1 },
        },
      });
      const stop = new AbortController();
      const seen = jest.fn();
      const observed = other.observe(handle, stop.signal).then(seen, seen);
      for (const call of [
        () => other.cancel(handle, 'cancelled'),
        () => other.cleanup(handle),
        () => other.collect(handle, '.'),
      ]) {
        await expect(call()).rejects.toThrow('another machine');
      }
      expect(seen).not.toHaveBeenCalled();
      stop.abort();
      await observed;
      expect(seen.mock.calls[0][0].name).toBe('AbortError');
      await executor.cancel(handle, 'cancelled');
      await executor.cleanup(handle);
    });

    it('has a folder that is not taken over', async () => {
      const moved = join(elsewhere, randomUUID());
      await mkdir(moved);
      await writeFile(
        join(moved, 'identity.json'),
        JSON.stringify({ id: 'x', machine: 'other', hostname: 'lab-7' }),
      );
      const other = new ProcessExecutor({
        directory: moved,
        node: {
          name: 'local',
          labels: {},
          capacity: { cpus: 1, memoryBytes: 1 },
        },
      });
      await expect(other.submit(attempt(under(), 'true'))).rejects.toThrow(
        /lab-7.*executors\.process\.directory/,
      );
    });
  });
});
