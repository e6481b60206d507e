import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { ENTRY_TIME, hasEntryTime } from './entryTime';
import { decodeName } from './names';
import { archiveEntries } from './readArchive';
import { decodePax, encodeHeader, type EntryHeader } from './tarHeader';
import { addEntry, archiveOf } from './writeArchive';

const run = promisify(execFile);
const latin1 = (name: string) => decodeName(Buffer.from(name, 'latin1'));

const NAMES = {
  plain: 'a/b.txt',
  'a name of 100 bytes': `d/${'x'.repeat(98)}`,
  'a name that is divided': `${'folder/'.repeat(18)}${'y'.repeat(90)}`,
  'a folder of 101 bytes': `${'z'.repeat(50)}/${'z'.repeat(49)}/`,
  'a name too long for a header': `${'w'.repeat(240)}/${'v'.repeat(240)}`,
  'UTF-8': 'größe/😀',
  'Latin-1': latin1('caf\xe9.txt'),
  'another in Latin-1': latin1('caf\xe8.txt'),
  'a long one in Latin-1': latin1(`${'d/'.repeat(80)}caf\xe9`),
};

function archive(headers: EntryHeader[]): Readable {
  return archiveOf(async out => {
    for (const header of headers) {
      await addEntry(
        out,
        header,
        header.size
          ? Readable.from([Buffer.alloc(header.size, 'c')])
          : undefined,
      );
    }
  });
}

async function headersOf(tar: Readable) {
  const headers = [];
  for await (const entry of archiveEntries(tar)) {
    headers.push({ ...entry.header, bytes: (await buffer(entry)).length });
  }
  return headers;
}

describe('headers of tar archives', () => {
  it('are read as they were written, whatever the name', async () => {
    const headers = Object.values(NAMES).flatMap((name): EntryHeader[] => [
      {
        name,
        type: name.endsWith('/') ? 'directory' : 'file',
        size: name.endsWith('/') ? 0 : 700,
        mode: 0o640,
        mtime: ENTRY_TIME,
        uid: 3_000_000,
        gid: 7,
        uname: 'ci',
        gname: 'staff',
      },
      { name: 'l', type: 'symlink', linkname: name, mtime: ENTRY_TIME },
    ]);
    const found = await headersOf(archive(headers));
    expect(found).toEqual(
      headers.map(header =>
        expect.objectContaining({ ...header, bytes: header.size ?? 0 }),
      ),
    );
    expect(found.every(({ mtime }) => hasEntryTime(mtime))).toBe(true);
  });

  it('know sizes and times beyond what their digits hold', async () => {
    const header = {
      name: 'large',
      size: 9 * 2 ** 30,
      mtime: new Date('2100-01-01T00:00:00Z'),
    };
    const endless = new Readable({ read() {} });
    endless.push(encodeHeader(header));
    const { value: entry } = await archiveEntries(endless).next();
    expect(entry?.header).toMatchObject(header);
    endless.destroy();
  });

  it.each([
    ['a length that is none', Buffer.from('x path=a\n')],
    ['a length beyond the end', Buffer.from('30 path=a\n')],
    ['no value', Buffer.from('7 path\n')],
    ['a sparse file', Buffer.from('22 GNU.sparse.major=1\n')],
  ])('are refused when extended with %s', (_, bytes) => {
    expect(() => decodePax(bytes)).toThrow('The tar archive');
  });

  it('are refused when they announce without end', async () => {
    const [header] = [
      encodeHeader({ name: 'PaxHeader', size: 2 ** 31, mode: 0o644 }),
    ];
    header.write('x', 156);
    header.fill(' ', 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    await expect(headersOf(Readable.from([header]))).rejects.toThrow(
      'too long',
    );
  });
});

describe('archives of others', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'model-ci-tar-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  // The other side of each comparison is Python's tarfile, which has a code base of its own
  const python = (script: string, ...args: string[]) =>
    run('python3', ['-c', script, ...args], { encoding: 'buffer' });

  it.each(['PAX', 'GNU'])('are read: Python, %s', async format => {
    await python(
      `
import io, sys, tarfile
names = [n.encode('utf-8', 'surrogateescape') for n in sys.argv[3:]]
names += [b'caf\\xe9.txt', b'caf\\xe8.txt', b'd/' * 80 + b'caf\\xe9']
with tarfile.open(sys.argv[1], 'w', format=tarfile.${format}_FORMAT) as tar:
    for name in names:
        info = tarfile.TarInfo(name.decode('utf-8', 'surrogateescape'))
        info.size, info.mtime = 3, int(sys.argv[2]) + 0.5
        tar.addfile(info, io.BytesIO(b'abc'))
`,
      join(folder, 'a.tar'),
      String(ENTRY_TIME.getTime() / 1000),
      ...[NAMES.plain, NAMES['a name too long for a header'], NAMES['UTF-8']],
    );
    const { stdout } = await run('cat', [join(folder, 'a.tar')], {
      encoding: 'buffer',
    });
    const found = await headersOf(Readable.from([stdout]));
    expect(found.map(({ name }) => name)).toEqual([
      NAMES.plain,
      NAMES['a name too long for a header'],
      NAMES['UTF-8'],
      NAMES['Latin-1'],
      NAMES['another in Latin-1'],
      NAMES['a long one in Latin-1'],
    ]);
    expect(found.map(({ bytes }) => bytes)).toEqual(Array(6).fill(3));
    expect(found.every(({ mtime }) => hasEntryTime(mtime))).toBe(true);
  });

  it('read ours: Python', async () => {
    await writeFile(
      join(folder, 'a.tar'),
      archive(Object.values(NAMES).map(name => ({ name, mtime: ENTRY_TIME }))),
    );
    const { stdout } = await python(
      `
import sys, tarfile
for info in tarfile.open(sys.argv[1]):
    info.name = info.name.rstrip('/')
    sys.stdout.buffer.write(b'%d ' % info.mtime + info.name.encode('utf-8', 'surrogateescape') + b'\\n')
`,
      join(folder, 'a.tar'),
    );
    const lines = decodeName(stdout).trim().split('\n');
    expect(lines).toEqual(
      Object.values(NAMES).map(
        name => `${ENTRY_TIME.getTime() / 1000} ${name.replace(/\/$/, '')}`,
      ),
    );
  });

  it('read ours: the tar of this machine, whose files have the same bytes as names', async () => {
    await writeFile(
      join(folder, 'a.tar'),
      archive(
        Object.values(NAMES).map(name => ({
          name: `out/${name}`,
          size: name.endsWith('/') ? 0 : 1,
          type: name.endsWith('/') ? 'directory' : 'file',
        })),
      ),
    );
    await run('tar', ['-xf', join(folder, 'a.tar'), '-C', folder]);
    await run('tar', ['-cf', 'b.tar', 'out'], { cwd: folder });
    const { stdout } = await run('cat', [join(folder, 'b.tar')], {
      encoding: 'buffer',
    });
    const found = await headersOf(Readable.from([stdout]));
    expect(found.map(({ name }) => name)).toEqual(
      expect.arrayContaining(Object.values(NAMES).map(name => `out/${name}`)),
    );
  });
});
