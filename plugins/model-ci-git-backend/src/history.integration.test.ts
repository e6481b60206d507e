import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import path from 'node:path';
import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { TestDatabases } from '@backstage/backend-test-utils';
import type { JsonObject } from '@backstage/types';
import type { Knex } from 'knex';
import { deadline } from './__testUtils__/deadline';
import { git, withToken } from './__testUtils__/git';
import {
  ANN,
  as,
  BEN,
  type GitHost,
  makeFolder,
  startGitHost,
  tarOf,
  TEAM,
} from './__testUtils__/gitHost';

jest.setTimeout(120_000);

interface AuditRecord {
  id: string;
  meta: JsonObject;
  end?: string;
}

describe('what git may be given, and what it may be asked', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
  const audit: AuditRecord[] = [];
  let db: Knex;
  let host: GitHost;
  let folder: string;
  let clone: string;
  let token: string;
  let url: string;

  beforeAll(async () => {
    folder = await makeFolder();
    db = await databases.init('SQLITE_3');
    host = await startGitHost({
      directory: folder,
      db,
      config: {
        maxRefsPerPush: 20,
        maxTreeFiles: 1000,
        maxConcurrentRequestsPerUser: 2,
        quotas: { repositoriesPerOwner: 3, bytesPerOwner: 4_000_000 },
      },
      features: [
        createServiceFactory({
          service: coreServices.auditor,
          deps: {},
          factory: () => ({
            async createEvent({ eventId, meta }) {
              const record: AuditRecord = { id: eventId, meta: { ...meta } };
              audit.push(record);
              return {
                async success() {
                  record.end = 'success';
                },
                async fail({ error }) {
                  record.end = error.message;
                },
              };
            },
          }),
        }),
      ],
    });
    await host.client.createRepository({ name: 'model', owner: TEAM }, as(ANN));
    ({ token } = await host.client.createToken({ name: 't' }, as(ANN)));
    url = withToken(`${host.baseUrl}/model.git`, token);
    clone = await makeFolder();
    await git(clone, ['init', '-q', '-b', 'main']);
    await writeFile(path.join(clone, 'a.txt'), 'reviewed');
    await git(clone, ['add', '.']);
    await git(clone, ['commit', '-qm', 'First']);
    await git(clone, ['push', '-q', url, 'main']);
  });

  beforeEach(() => {
    audit.length = 0;
  });

  const push = (refspec: string) => git(clone, ['push', '-q', url, refspec]);
  const recorded = (id: string) =>
    audit
      .filter(record => record.id === id)
      .map(({ meta, end }) => ({
        ...meta,
        end,
      }));

  /** An object that a careful git would not write. */
  const writeObject = (type: string, content: string | Buffer) =>
    new Promise<string>((resolve, reject) => {
      const child = execFile(
        'git',
        ['hash-object', '-t', type, '-w', '--literally', '--stdin'],
        { cwd: clone },
        (error, stdout) => (error ? reject(error) : resolve(stdout.trim())),
      );
      child.stdin?.end(content);
    });
  const treeEntry = (mode: string, name: string | Buffer, id: string) =>
    Buffer.concat([
      Buffer.from(`${mode} `),
      Buffer.from(name),
      Buffer.from([0]),
      Buffer.from(id, 'hex'),
    ]);
  const folders = (names: string[], tree: string) =>
    Buffer.concat(names.map(name => treeEntry('40000', `d${name}`, tree)));
  const commitOf = (
    tree: string,
    author = 'A <a@example.com> 1313584730 +0000',
  ) =>
    writeObject(
      'commit',
      `tree ${tree}\nauthor ${author}\ncommitter ${author}\n\nold\n`,
    );
  const blobOf = (content: string) => writeObject('blob', content);
  const readTree = (ref: string) =>
    host.reader.readTree(`${host.baseUrl}/model.git/raw/${ref}/`);

  it.each([
    ['time zone', 'A <a@example.com> 1313584730 +051800'],
    ['time', 'A <a@example.com> 99999999999999999999 +0000'],
    ['missing e-mail', 'A 1313584730 +0000'],
    ['missing space', 'A <a@example.com>1313584730 +0000'],
  ])('takes old commits with a harmless fault: %s', async (name, author) => {
    const branch = `old-${name.replaceAll(/\W/g, '-')}`;
    const tree = await git(clone, ['rev-parse', 'main^{tree}']);
    const commit = await commitOf(tree, author);
    await push(`${commit}:refs/heads/${branch}`);
    const { items } = await host.client.listCommits(
      'model',
      { ref: branch },
      as(ANN),
    );
    expect(items[0]).toMatchObject({ commit, tree });
    expect(await host.client.listBranches('model', as(ANN))).toContainEqual(
      expect.objectContaining({ name: branch, commit }),
    );
    const files = await (await readTree(branch)).files();
    expect(files.map(file => file.path)).toEqual(['a.txt']);
  });

  it.each(['heads', 'tags'])(
    'never finds another commit by the id of one, whatever lies in refs/%s',
    async kind => {
      const reviewed = await git(clone, ['rev-parse', 'main']);
      const other = await commitOf(
        await writeObject('tree', Buffer.alloc(0)),
        'Eve <eve@example.com> 1313584730 +0000',
      );
      const ref = `refs/${kind}/${reviewed}`;
      await expect(push(`${other}:${ref}`)).rejects.toThrow(/ids of commits/);

      // As a version that took such names left it
      await push(`${other}:refs/heads/eve-${kind}`);
      const gitDir = path.join(folder, 'model.git');
      await git(gitDir, ['update-ref', ref, other]);
      const { items } = await host.client.listCommits(
        'model',
        { ref: reviewed, limit: 1 },
        as(ANN),
      );
      expect(items).toMatchObject([{ commit: reviewed }]);
      const files = await (await readTree(reviewed)).files();
      expect(files.map(file => file.path)).toEqual(['a.txt']);
      await push(`:${ref}`);
    },
  );

  it('lists the commits that a branch does not have', async () => {
    const head = await git(clone, ['rev-parse', 'main']);
    const other = await commitOf(
      await git(clone, ['rev-parse', 'main^{tree}']),
    );
    await push(`${other}:refs/heads/other`);
    const list = async (ref: string, notIn: string) => {
      const query = { ref, notIn, limit: 1 };
      return await host.client.listCommits('model', query, as(ANN));
    };
    expect((await list(head, 'refs/heads/main')).items).toEqual([]);
    expect((await list(other, 'refs/heads/main')).items).toMatchObject([
      { commit: other },
    ]);
    for (const ref of ['refs/heads/gone', 'main', '--all', 'refs/heads/a..b']) {
      await expect(list(head, ref)).rejects.toMatchObject({ statusCode: 404 });
    }
  });

  it('shows one line of what a commit says, however much that is', async () => {
    const main = await git(clone, ['rev-parse', 'main']);
    const message = path.join(await makeFolder(), 'message');
    await writeFile(message, `Türkçe 模型 ${'x'.repeat(1_000_000)}`);
    const author = `${'n'.repeat(100_000)} <ann@example.com>`;
    await git(clone, ['checkout', '-q', '--detach']);
    await git(clone, [
      ...['commit', '-q', '--allow-empty', '-F', message],
      ...['--author', author],
    ]);
    await push('HEAD:refs/heads/long');
    await git(clone, ['checkout', '-q', 'main']);
    const { items } = await host.client.listCommits(
      'model',
      { ref: 'long', notIn: 'refs/heads/main' },
      as(ANN),
    );
    expect(items).toMatchObject([
      { parents: [main], authorEmail: 'ann@example.com' },
    ]);
    expect(items[0].subject).toMatch(/^Türkçe 模型 x+\.\.$/);
    expect(JSON.stringify(items).length).toBeLessThan(2_000);
  });

  it('takes old trees whose modes begin with a zero', async () => {
    const inner = await git(clone, ['rev-parse', 'main^{tree}']);
    const tree = await writeObject('tree', treeEntry('040000', 'src', inner));
    await push(`${await commitOf(tree)}:refs/heads/old-modes`);
    const files = await (await readTree('old-modes')).files();
    expect(files.map(file => file.path)).toEqual(['src/a.txt']);
  });

  it.each([
    ['.git', '40000', /hasDotgit/],
    ['..', '40000', /hasDotdot/],
    ['.gitmodules', '120000', /gitmodulesSymlink/],
    ['a/b', '40000', /fullPathname/],
  ])(
    'refuses a tree with %s, and says so in the audit',
    async (name, mode, fault) => {
      const inner = await git(clone, ['rev-parse', 'main^{tree}']);
      const id = mode === '40000' ? inner : await blobOf('/etc/passwd');
      const tree = await writeObject('tree', treeEntry(mode, name, id));
      const commit = await commitOf(tree);
      await expect(push(`${commit}:refs/heads/bad`)).rejects.toThrow(fault);
      await deadline(() =>
        expect(recorded('repository-push')).toEqual([
          {
            repository: 'model',
            user: ANN,
            refs: [`refs/heads/bad none..${commit}`],
            end: expect.stringContaining('git refused refs/heads/bad'),
          },
        ]),
      );
    },
  );

  it('refuses to replace objects, and heeds no replacement that is there', async () => {
    const reviewed = await git(clone, ['rev-parse', 'main']);
    const tree = await writeObject(
      'tree',
      treeEntry('100644', 'a.txt', await blobOf('something else')),
    );
    const other = await commitOf(tree);
    const replacement = `refs/replace/${reviewed}`;
    await expect(push(`${other}:${replacement}`)).rejects.toThrow(
      /only branches and tags .*can be pushed/,
    );
    await deadline(() =>
      expect(recorded('repository-push')).toEqual([
        expect.objectContaining({
          refs: [`${replacement} none..${other}`],
          end: expect.stringContaining('only branches and tags'),
        }),
      ]),
    );
    const bare = path.join(folder, 'model.git');
    await push(`${other}:refs/heads/replacing`);
    for (const target of [other, reviewed]) {
      await git(bare, ['update-ref', replacement, target]);
      const [file] = await (await readTree('main')).files();
      expect((await file.content()).toString()).toBe('reviewed');
      expect(await git(clone, ['ls-remote', url])).not.toContain(
        'refs/replace',
      );
      await push('main:refs/heads/again');
      await push(':refs/heads/again');
    }
    await git(bare, ['update-ref', '-d', replacement]);
  });

  it('refuses a push of too many branches, in words', async () => {
    const many = Array.from(
      { length: 21 },
      (_, index) => `main:refs/heads/m${index}`,
    );
    await expect(git(clone, ['push', url, ...many])).rejects.toThrow(
      /at most 20 branches and tags: push them in parts/,
    );
    await git(clone, ['push', '-q', url, ...many.slice(0, 20)]);
    await git(clone, [
      'push',
      '-q',
      url,
      ...many.slice(0, 20).map(each => each.slice(4)),
    ]);
  });

  it('reads no tree that stands for more files than it may, however few its objects', async () => {
    let tree = await writeObject(
      'tree',
      Buffer.concat(
        await Promise.all(
          Array.from({ length: 10 }, async (_, index) =>
            treeEntry('100644', `f${index}`, await blobOf('x')),
          ),
        ),
      ),
    );
    for (let level = 0; level < 9; level++) {
      const names = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
      tree = await writeObject('tree', folders(names, tree));
    }
    await push(`${await commitOf(tree)}:refs/heads/bomb`);
    const began = Date.now();
    await expect(readTree('bomb')).rejects.toThrow(/more than 1000 files/);
    await expect(
      host.reader.search(`${host.baseUrl}/model.git/raw/bomb/**/f1`),
    ).rejects.toThrow(/more than 1000 files/);
    expect(Date.now() - began).toBeLessThan(5_000);
  });

  it('reads no tree with names that are not UTF-8, and names the file', async () => {
    const name = Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x2e, 0x63, 0x73, 0x76]);
    const tree = await writeObject(
      'tree',
      treeEntry('100644', name, await blobOf('1')),
    );
    await push(`${await commitOf(tree)}:refs/heads/names`);
    await expect(readTree('names')).rejects.toThrow(
      'The name of the file "caf\\351.csv" is not UTF-8',
    );
  });

  it('records who read what, and who was refused', async () => {
    await git(await makeFolder(), ['clone', '-q', url, 'x']);
    await deadline(() =>
      expect(recorded('repository-read')).toEqual([
        { repository: 'model', user: ANN, by: 'fetch', end: 'success' },
      ]),
    );
    await fetch(`${host.baseUrl}/model.git/raw/main/a.txt`, {
      headers: { Authorization: `Bearer ${as(BEN).token}` },
    });
    await deadline(() =>
      expect(recorded('repository-read')[1]).toMatchObject({
        repository: 'model',
        path: 'a.txt',
        by: 'raw',
        end: 'success',
      }),
    );
  });

  it('lets nobody hold others up by sending slowly, or by asking for much at once', async () => {
    const other = await host.client.createToken({ name: 'b' }, as(BEN));
    const { port } = new URL(host.baseUrl);
    const open = Array.from({ length: 100 }, () => {
      const slow = httpRequest({
        port,
        method: 'POST',
        path: '/api/model-ci-git/model.git/git-upload-pack',
        auth: `any:${other.token}`,
        headers: { 'Content-Length': '1000' },
      });
      slow.on('error', () => {});
      slow.write('0');
      return slow;
    });
    expect(await git(clone, ['fetch', '-q', url])).toBe('');
    open.forEach(request => request.destroy());
  });

  it('keeps an owner within its quotas, and says so before a creation is tried', async () => {
    const create = (name: string) =>
      host.client.createRepository({ name, owner: TEAM }, as(ANN));
    const check = () =>
      host.client.checkCreation({ name: 'fourth', owner: TEAM }, as(ANN));
    expect(await check()).toEqual([]);
    await create('second');
    await create('third');
    await expect(create('fourth')).rejects.toMatchObject({
      statusCode: 403,
      body: {
        error: {
          message: expect.stringContaining('quotas.repositoriesPerOwner'),
        },
      },
    });
    expect(await check()).toEqual([
      {
        reason: 'too-many-repositories',
        owner: TEAM,
        repositories: 3,
        limit: 3,
      },
    ]);
    await db('repositories').where('name', 'second').update({
      git_bytes: 4_000_000,
    });
    await expect(
      host.client.commitTree(
        'third',
        { message: 'm', archive: await tarOf([{ name: 'a' }]) },
        as(ANN),
      ),
    ).rejects.toMatchObject({
      statusCode: 403,
      body: { error: { message: expect.stringContaining('bytesPerOwner') } },
    });
    await expect(push('main:refs/heads/more')).rejects.toThrow(/403/);
    await db('repositories').where('name', 'second').update({ git_bytes: 0 });
    await push('main:refs/heads/more');
    const { git_bytes: measured } = await db('repositories')
      .where('name', 'model')
      .first();
    expect(Number(measured)).toBeGreaterThan(0);
  });
});
