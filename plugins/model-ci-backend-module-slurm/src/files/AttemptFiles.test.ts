import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { part } from '@model-ci/backstage-plugin-model-ci-node/testing';
import { CommandRunner } from '../commands/Runner';
import { RemoteFiles } from './RemoteFiles';
import { SharedFiles } from './SharedFiles';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'model-ci-slurm-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** A command in front of the others, as a machine in trouble would have it. */
async function fake(name: string, script: string): Promise<void> {
  await mkdir(join(directory, 'bin'), { recursive: true });
  await writeFile(join(directory, 'bin', name), `#!/bin/sh\n${script}\n`);
  await chmod(join(directory, 'bin', name), 0o755);
}

const remote = () =>
  new RemoteFiles(
    new CommandRunner(words => words, {
      PATH: `${directory}/bin:${process.env.PATH}`,
      HOME: directory,
    }),
    directory,
  );

const kinds = [
  ['shared', () => new SharedFiles(directory)],
  ['remote', remote],
] as const;

const attempts = (...parts: string[]) => join(directory, 'attempts', ...parts);

describe.each(kinds)('%s folders', (_kind, create) => {
  const never = { name: 'ServiceUnavailableError' };

  async function setUp() {
    const files = create();
    await files.sweep();
    for (const id of ['a', 'b']) {
      await files.create(id, { log: `${id}\n`, exit: 'exited 0 x\n' }, []);
    }
    return files;
  }

  async function expectNoEvidence(files: ReturnType<typeof create>) {
    await expect(files.exists('a')).rejects.toMatchObject(never);
    await expect(files.create('c', {}, [])).rejects.toMatchObject(never);
    await expect(files.readRecords(['a'])).rejects.toMatchObject(never);
    await expect(files.noteKill('a', 'timeout')).rejects.toMatchObject(never);
    await expect(files.readLog('a', 0, 9)).rejects.toMatchObject(never);
    await expect(files.collect('a', 'x')).rejects.toMatchObject(never);
    await expect(files.remove('a')).rejects.toMatchObject(never);
  }

  it('follow nothing from where the file system is away', async () => {
    const files = await setUp();
    await rename(attempts(), join(directory, 'away'));
    await expectNoEvidence(files);
    // An empty folder to mount it at
    await mkdir(attempts());
    await expectNoEvidence(files);
    await rm(attempts(), { recursive: true });
    await rename(join(directory, 'away'), attempts());
    await expect(files.readLog('a', 0, 9)).resolves.toMatchObject({ size: 2 });
  });

  it('are not made below a folder that is not there', async () => {
    await rm(directory, { recursive: true });
    await expect(create().sweep()).rejects.toThrow();
    await mkdir(directory);
    await create().sweep();
    await expect(create().exists('a')).resolves.toBe(false);
  });

  it('say that one is gone where the others are there', async () => {
    const files = await setUp();
    await files.remove('b');
    await files.remove('b');
    const records = await files.readRecords(['a', 'b']);
    expect(records).toEqual(
      new Map([
        ['a', { type: 'seen', exit: 'exited 0 x\n', logBytes: 2 }],
        ['b', { type: 'gone' }],
      ]),
    );
    await expect(files.readLog('b', 0, 9)).resolves.toBeUndefined();
    await expect(files.collect('b', 'x')).rejects.toMatchObject({
      name: 'ResultsLostError',
      reason: { code: 'slurm.lostFolder' },
    });
    await expect(files.collect('a', 'x')).rejects.toMatchObject({
      name: 'NotFoundError',
    });
    await rm(attempts('a', 'workspace'), { recursive: true });
    await expect(files.collect('a', 'x')).rejects.toMatchObject({
      name: 'NotFoundError',
    });
  });

  it('are not made again for an attempt that has ended meanwhile', async () => {
    const files = await setUp();
    const closed = { name: 'ConflictError' };
    // Somebody else removes it while it is uploaded
    const { open } = part('.', { x: '1' });
    const late = async () => {
      await create().remove('c');
      return await open();
    };
    const upload = () => files.create('c', {}, [{ path: '.', open: late }]);
    await expect(upload()).rejects.toMatchObject(closed);
    await files.close('d');
    await expect(files.create('d', {}, [])).rejects.toMatchObject(closed);
    await files.sweep();
    await expect(files.create('c', {}, [])).rejects.toMatchObject(closed);
    const left = await readdir(attempts());
    expect(left.filter(name => !name.startsWith('.'))).toEqual(['a', 'b']);
    expect(left.filter(name => name.startsWith('.draft'))).toEqual([]);
    // Nobody uploads for days
    const past = new Date(Date.now() - 3 * 86_400_000);
    await utimes(attempts('.closed', 'c'), past, past);
    await files.sweep();
    await files.create('c', {}, []);
    await expect(files.exists('c')).resolves.toBe(true);
  });

  it('are read whatever a stage makes of its own', async () => {
    const files = await setUp();
    await rm(attempts('b', 'log'));
    await symlink('log', attempts('b', 'log'));
    const records = await files.readRecords(['b', 'a']);
    expect([...records.keys()].sort()).toEqual(['a', 'b']);
    await rm(attempts('b'), { recursive: true });
    await symlink('b', attempts('b'));
    expect([...(await files.readRecords(['b', 'a'])).keys()]).toEqual(['a']);
  });

  it('give a log from any offset, and nothing that is not in it', async () => {
    const files = await setUp();
    await writeFile(attempts('a', 'log'), 'x'.repeat(100_000));
    const pieces = [
      files.readLog('a', 99_999, 10),
      files.readLog('b', 0, 10),
      files.readLog('a', 10, 70_000),
      files.readLog('b', 2, 10),
      files.readLog('b', 9, 10),
    ];
    const read = await Promise.all(pieces);
    expect(read.map(piece => piece?.data.toString())).toEqual([
      ...['x', 'b\n', 'x'.repeat(70_000), '', ''],
    ]);
    expect(read.map(piece => piece?.size)).toEqual([1e5, 2, 1e5, 2, 2]);
  });
});

describe('remote folders', () => {
  it('give no bytes in place of those that cannot be read', async () => {
    const files = remote();
    await files.sweep();
    await files.create('a', { log: 'epoch 1\nepoch 2\n' }, []);
    for (const command of ['dd', 'tail']) {
      await fake(command, 'printf epo; echo "Stale file handle" >&2; exit 1');
    }
    await files.create('b', { log: '' }, []);
    const [a, b] = await Promise.allSettled([
      files.readLog('a', 0, 1000),
      files.readLog('b', 0, 1000),
    ]);
    expect(a).toMatchObject({
      status: 'rejected',
      reason: { name: 'ServiceUnavailableError' },
    });
    expect(b).toMatchObject({ status: 'fulfilled', value: { size: 0 } });
  });

  it('take the size of a log from the file, not from its name', async () => {
    const files = remote();
    await files.sweep();
    await files.create('a', { log: 'one\ntwo\n' }, []);
    await fake('stat', 'echo 4');
    const piece = await files.readLog('a', 0, 1000);
    expect(piece?.data.toString()).toBe('one\ntwo\n');
  });

  it('name the file that cannot be stored', async () => {
    const files = remote();
    await files.sweep();
    await files.create('a', {}, []);
    await fake(
      'tar',
      'echo "tar: ./w.bin: Cannot open: Permission denied" >&2; exit 2',
    );
    const packed = await files.collect('a', '.');
    await expect(buffer(packed)).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('./w.bin'),
    });
  });
});
