import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { reserve } from '../processes/startSupervisor';
import { folderOf, removeFolder, type Folder } from './folder';
import { startIn } from './startIn';

describe('a start in a folder', () => {
  let folder: Folder;

  beforeEach(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'model-ci-start-'));
    folder = folderOf(join(directory, 'attempts'), 'a');
  });

  afterEach(async () => {
    await rm(dirname(dirname(folder.root)), { recursive: true });
  });

  const start = jest.fn(async () => 'started');
  beforeEach(() => start.mockClear());

  const planned = async () => JSON.parse(await readFile(folder.plan, 'utf8'));

  /** As if the backend that made it had been killed. */
  async function outliveMaker(): Promise<void> {
    const { starter, ...plan } = await planned();
    const dead = { ...starter, start: '1' };
    await writeFile(
      folder.plan,
      `${JSON.stringify({ ...plan, starter: dead })}\n`,
    );
  }

  it('finds the name of its maker in every folder, from the first moment on', async () => {
    reserve(folder, 'a');
    expect((await planned()).starter.pid).toBe(process.pid);
  });

  it('leaves a folder to a maker that is alive, with nothing of its own beside it', async () => {
    const first = reserve(folder, 'a');
    expect(reserve(folder, 'a')).toBeUndefined();
    await expect(startIn(folder, 'a', start)).rejects.toThrow(
      'is being started by another backend',
    );
    expect(start).not.toHaveBeenCalled();
    expect((await planned()).proof).toEqual(first?.plan.proof);
    expect(await readdir(dirname(folder.root))).toEqual(['a']);
  });

  it('takes over at once from a maker that was killed before it could start anything', async () => {
    reserve(folder, 'a');
    await outliveMaker();
    await writeFile(join(folder.workspace, 'half'), '');
    await expect(startIn(folder, 'a', start)).resolves.toBe('started');
    expect(await readdir(folder.workspace)).toEqual([]);
    expect((await planned()).starter.pid).toBe(process.pid);
  });

  it('is free at once when it is removed, however long that takes', async () => {
    reserve(folder, 'a');
    await Promise.all(
      Array.from({ length: 300 }, (_, n) =>
        writeFile(join(folder.workspace, `${n}`), ''),
      ),
    );
    const removal = removeFolder(folder);
    const parent = dirname(folder.root);
    let names = await readdir(parent);
    while (names.includes('a')) {
      names = await readdir(parent);
    }
    expect(names).toEqual([expect.stringMatching(/^removed-/)]);
    expect(reserve(folder, 'a')).toBeDefined();
    await removal;
    expect(await readdir(parent)).toEqual(['a']);
  });
});
