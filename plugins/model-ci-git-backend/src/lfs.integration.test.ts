import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TestDatabases } from '@backstage/backend-test-utils';
import { git, withToken } from './__testUtils__/git';
import {
  ANN,
  as,
  BEN,
  type GitHost,
  makeFolder,
  startGitHost,
  TEAM,
} from './__testUtils__/gitHost';

jest.setTimeout(180_000);

function hasGitLfs(): boolean {
  try {
    execFileSync('git', ['lfs', 'version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const isThere = hasGitLfs();
if (!isThere) {
  const reason = 'No git-lfs to test with: install the package git-lfs';
  if (process.env.MODEL_CI_REQUIRE_ENGINES === 'true') {
    throw new Error(reason);
  }
  // eslint-disable-next-line no-console
  console.warn(reason);
}

(isThere ? describe : describe.skip)('Git LFS', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
  const weights = randomBytes(3_000_000);
  const oid = createHash('sha256').update(weights).digest('hex');
  let host: GitHost;
  let directory: string;
  let token: string;
  let readToken: string;
  let url: string;
  let clone: string;
  const objectFile = () =>
    path.join(
      directory,
      'model.git/lfs/objects',
      oid.slice(0, 2),
      oid.slice(2, 4),
      oid,
    );

  beforeAll(async () => {
    directory = await makeFolder();
    host = await startGitHost({
      directory,
      db: await databases.init('SQLITE_3'),
    });
    for (const name of ['model', 'other']) {
      await host.client.createRepository({ name, owner: TEAM }, as(ANN));
    }
    const make = async (user: string) =>
      (await host.client.createToken({ name: 't' }, as(user))).token;
    token = await make(ANN);
    readToken = await make(BEN);
    url = withToken(`${host.baseUrl}/model.git`, token);
    clone = path.join(await makeFolder(), 'clone');
    await git(path.dirname(clone), ['clone', '-q', url, clone]);
    await git(clone, ['lfs', 'install', '--local']);
    await git(clone, ['lfs', 'track', '*.bin']);
    await writeFile(path.join(clone, 'weights.bin'), weights);
    await writeFile(path.join(clone, 'small.txt'), 'small');
    await git(clone, ['add', '.']);
    await git(clone, ['commit', '-qm', 'Weights']);
  });

  const call = (
    rest: string,
    init: { method?: string; body?: Uint8Array<ArrayBuffer> | string } = {},
    user = token,
    name = 'model',
  ) =>
    fetch(`${host.baseUrl}/${name}.git/info/lfs${rest}`, {
      method: 'POST',
      ...init,
      headers: { Authorization: `Basic ${btoa(`any:${user}`)}` },
    });
  const readTree = async () =>
    await (
      await host.reader.readTree(`${host.baseUrl}/model.git/raw/main/`)
    ).files();

  it('is pushed and cloned by git lfs', async () => {
    const output = await git(clone, ['push', 'origin', 'HEAD:main']);
    expect(output).not.toMatch(/locking|hint:/i);
    expect((await readFile(objectFile())).equals(weights)).toBe(true);
    const target = path.join(await makeFolder(), 'copy');
    await git(path.dirname(target), ['clone', '-q', url, target], {
      'filter.lfs.smudge': 'git-lfs smudge -- %f',
      'filter.lfs.process': 'git-lfs filter-process',
      'filter.lfs.required': 'true',
    });
    const copy = await readFile(path.join(target, 'weights.bin'));
    expect(copy.equals(weights)).toBe(true);
  });

  it('is read as its content, from the tree and by file', async () => {
    const files = new Map(
      await Promise.all(
        (
          await readTree()
        ).map(
          async file => [file.path, await file.content()] as [string, Buffer],
        ),
      ),
    );
    expect(files.get('weights.bin')?.equals(weights)).toBe(true);
    expect(files.get('small.txt')?.toString()).toBe('small');
    const file = await host.reader.readUrl(
      `${host.baseUrl}/model.git/raw/main/weights.bin`,
    );
    expect((await file.buffer()).equals(weights)).toBe(true);
  });

  it('is for those who may read, and changed by those who may push', async () => {
    const batch = (operation: string) => ({
      body: JSON.stringify({ operation, objects: [{ oid, size: 3_000_000 }] }),
    });
    const read = await call('/objects/batch', batch('download'), readToken);
    expect(await read.json()).toMatchObject({
      objects: [{ oid, actions: { download: {} } }],
    });
    const write = await call('/objects/batch', batch('upload'), readToken);
    expect(write.status).toBe(403);
    const put = { method: 'PUT', body: new Uint8Array(weights) };
    expect((await call(`/objects/${oid}`, put, readToken)).status).toBe(403);
    expect((await call(`/objects/${oid}`, put, 'mcgit_x')).status).toBe(401);
    // Another repository has none of it, whoever knows the id.
    const other = await call(
      '/objects/batch',
      batch('download'),
      token,
      'other',
    );
    expect(await other.json()).toMatchObject({
      objects: [{ error: { code: 404 } }],
    });
  });

  it('keeps nothing that is not what its id says', async () => {
    const wrong = createHash('sha256').update('right').digest('hex');
    const answer = await call(`/objects/${wrong}`, {
      method: 'PUT',
      body: 'wrong',
    });
    expect(answer.status).toBe(422);
    const verify = await call('/verify', {
      body: JSON.stringify({ oid: wrong, size: 5 }),
    });
    expect(verify.status).toBe(404);
    expect((await call('/objects/..%2fx', { method: 'GET' })).status).toBe(404);
  });

  it('has no locks', async () => {
    expect((await call('/locks/verify', { body: '{}' })).status).toBe(501);
  });

  it('breaks off where the content is damaged, and names the file where it is missing', async () => {
    await writeFile(objectFile(), Buffer.alloc(3_000_000));
    await expect(readTree()).rejects.toThrow(/damaged/);
    await rm(objectFile());
    await expect(readTree()).rejects.toThrow(/"weights.bin" is not in Git LFS/);
  });
});
