import { buffer } from 'node:stream/consumers';
import { archive } from '../testing';
import { addWorkspace } from './addWorkspace';
import { ENTRY_TIME } from './entryTime';
import { archiveEntries } from './readArchive';
import { archiveOf } from './writeArchive';

const owner = { uid: 7, gid: 8 };

function pack(files: Parameters<typeof archive>[0], path = '.') {
  return archiveOf(out =>
    addWorkspace(out, [{ path, open: async () => archive(files) }], {
      ...{ root: 'workspace', owner, folderMode: 0o750 },
    }),
  );
}

async function headersOf(files: Parameters<typeof archive>[0], path?: string) {
  const headers = [];
  for await (const entry of archiveEntries(pack(files, path))) {
    entry.resume();
    headers.push(entry.header);
  }
  return headers;
}

describe('a workspace in an archive', () => {
  it('has every folder before what is in it, of one time and owner', async () => {
    const headers = await headersOf({ 'a/b/c': '1', 'a/d': '2' }, 'in');
    expect(headers.map(({ name }) => name.replace(/\/$/, ''))).toEqual([
      ...['workspace/in', 'workspace/in/a', 'workspace/in/a/b'],
      ...['workspace/in/a/b/c', 'workspace/in/a/d'],
    ]);
    for (const header of headers) {
      expect(header).toMatchObject({ ...owner, mtime: ENTRY_TIME });
    }
    expect(headers[0].mode).toBe(0o750);
  });

  it('keeps links where they lead', async () => {
    const headers = await headersOf({ 'm/a': '1', 'm/l': { link: 'a' } });
    expect(headers.find(({ name }) => name === 'workspace/m/l')).toMatchObject({
      type: 'symlink',
      linkname: 'a',
    });
  });

  it.each<Parameters<typeof archive>[0]>([
    { '../out': 'x' },
    { out: { link: '../../etc' } },
    { a: { link: '/etc' }, 'a/b': 'x' },
  ])('refuses what would leave it: %j', async files => {
    await expect(buffer(pack(files))).rejects.toMatchObject({
      name: 'InputError',
    });
  });
});
