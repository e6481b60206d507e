import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  archiveEntries,
  ENTRY_TIME,
  printableName,
} from '@model-ci/backstage-plugin-model-ci-node';
import { packFolder } from './packFolder';

describe('packFolder', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pack-folder-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('packs files, folders and links in the order of their bytes, with one time', async () => {
    await mkdir(join(folder, 'data'));
    await writeFile(join(folder, 'data/x.csv'), '1');
    await writeFile(join(folder, 'empty'), '');
    await symlink('data/x.csv', join(folder, 'A'));
    await writeFile(
      Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9])]),
      '2',
    );
    const closed = jest.fn().mockResolvedValue(undefined);
    const found = [];
    for await (const entry of archiveEntries(packFolder(folder, closed))) {
      const { name, mtime, linkname } = entry.header;
      const text = (await buffer(entry)).toString();
      found.push([printableName(name), linkname ?? text]);
      expect(mtime).toEqual(ENTRY_TIME);
    }
    expect(found).toEqual([
      ['A', 'data/x.csv'],
      ['caf\\xe9', '2'],
      ['data/', ''],
      ['data/x.csv', '1'],
      ['empty', ''],
    ]);
    expect(closed).toHaveBeenCalledTimes(1);
  });

  it('refuses what was unpacked without the bytes of its name', async () => {
    await writeFile(join(folder, 'caf\ufffd.csv'), '1');
    const packed = buffer(packFolder(folder, async () => {}));
    await expect(packed).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining("not UTF-8: 'caf\ufffd.csv'"),
    });
  });
});
