import path from 'node:path';
import {
  mockCredentials,
  mockServices,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import request from 'supertest';
import { deadline } from './__testUtils__/deadline';
import { git } from './__testUtils__/git';
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
import { gitRepositoryConditions } from './permissions/rules';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

describe('repositories', () => {
  let host: GitHost;
  let folder: string;

  beforeAll(async () => {
    folder = await makeFolder();
    host = await startGitHost({
      directory: folder,
      db: await databases.init('SQLITE_3'),
      config: { maxFiles: 3, maxPushBytes: 1_000_000 },
    });
  });

  const create = (name: string) =>
    host.client.createRepository({ name, owner: 'ml' }, as(ANN));

  const eventsOf = (name: string) =>
    host.events.filter(event => event.repositoryUrl.includes(`/${name}.git/`));

  it('are made for a group that the user belongs to, once', async () => {
    const call = (owner: string, user = ANN) =>
      request(host.backend.server)
        .post('/api/model-ci-git/repositories')
        .set('Authorization', `Bearer ${as(user).token}`)
        .send({ name: 'house-price', description: 'Prices', owner });
    const first = await call('group:default/ml');
    expect(first.status).toBe(201);
    expect(first.body).toEqual({
      name: 'house-price',
      description: 'Prices',
      owner: TEAM,
      defaultBranch: 'main',
      createdBy: ANN,
      createdAt: expect.any(String),
      cloneUrl: `${host.baseUrl}/house-price.git`,
      webUrl: 'http://portal.example.com/git/repositories/house-price',
      rawUrl: `${host.baseUrl}/house-price.git/raw/main/`,
    });
    const again = await call('Group:ML');
    expect(again.status).toBe(409);
    const other = await call(BEN, BEN);
    expect(other.status).toBe(409);
    expect(other.body.error.message).toMatch(/exists already and is owned by/);
    const outsider = await call(TEAM, BEN);
    expect(outsider.status).toBe(403);
    expect(outsider.body.error.message).toBe(
      `Only members of ${TEAM} may create repositories that ${TEAM} owns; ${BEN} is not one of them`,
    );
  });

  it('are checked before they are made, without being made', async () => {
    const check = (name: string, owner?: string, user = ANN) =>
      host.client.checkCreation({ name, owner }, as(user));
    expect(await check('checked')).toEqual([]);
    expect(await check('checked', 'ml')).toEqual([]);
    await create('checked');
    const taken = { reason: 'name-taken', repository: 'checked' };
    expect(await check('checked', TEAM)).toEqual([taken]);
    expect(await check('checked', undefined, BEN)).toEqual([taken]);
    expect(await check('unchecked', 'ml', BEN)).toEqual([
      { reason: 'not-a-member', owner: TEAM },
    ]);
    await expect(check('unchecked', 'component:x')).rejects.toMatchObject({
      statusCode: 400,
    });
    await expect(check('../x')).rejects.toMatchObject({ statusCode: 400 });
    const answer = await request(host.backend.server)
      .get('/api/model-ci-git/creation-check?name=x')
      .set('Authorization', mockCredentials.service.header());
    expect(answer.status).toBe(403);
  });

  it('are recognised by the id of their creation', async () => {
    const make = (name: string, creationId: string, user = ANN, owner = TEAM) =>
      host.client.createRepository({ name, owner, creationId }, as(user));
    const first = await make('created', 'task-1');
    expect(await make('created', 'task-1')).toEqual(first);
    await expect(make('created', 'task-2')).rejects.toMatchObject({
      statusCode: 409,
    });
    await expect(make('created', 'task-1', BEN, BEN)).rejects.toMatchObject({
      statusCode: 409,
    });
    const commit = async (content: string, creationId?: string) =>
      (
        await host.client.commitTree(
          'created',
          {
            archive: await tarOf([{ name: 'a', content }]),
            message: 'First',
            creationId,
          },
          as(ANN),
        )
      ).commit;
    await expect(commit('x', 'task-2')).rejects.toMatchObject({
      statusCode: 409,
    });
    const made = await commit('a', 'task-1');
    // A task that is repeated may bring other files: what is there stays.
    expect(await commit('b', 'task-1')).toBe(made);
    await expect(commit('b')).rejects.toMatchObject({ statusCode: 409 });
    expect(await commit('a')).toBe(made);
  });

  it.each(['..', 'a/b', 'A', 'a.git', 'a.lock', '-a', 'a..b', '', 'ä'])(
    'cannot be called %j',
    async name => {
      await expect(create(name)).rejects.toMatchObject({ statusCode: 400 });
    },
  );

  it('belong to a group or a user', async () => {
    for (const owner of ['component:default/x', ':::']) {
      await expect(
        host.client.createRepository({ name: 'x', owner }, as(ANN)),
      ).rejects.toMatchObject({ statusCode: 400 });
    }
  });

  it('are listed page by page and found by part of their name', async () => {
    for (const name of ['list-a', 'list-b', 'list-c']) {
      await create(name);
    }
    const first = await host.client.listRepositories(
      { q: 'LIST-', limit: 2 },
      as(BEN),
    );
    expect(first.items.map(({ name }) => name)).toEqual(['list-a', 'list-b']);
    const second = await host.client.listRepositories(
      { q: 'LIST-', limit: 2, cursor: first.nextCursor },
      as(BEN),
    );
    expect(second.items.map(({ name }) => name)).toEqual(['list-c']);
    expect(second.nextCursor).toBeUndefined();
    expect(
      (await host.client.listRepositories({ q: '%' }, as(BEN))).items,
    ).toEqual([]);
  });

  it('are for those who are logged in', async () => {
    for (const place of ['repositories', 'tokens', 'list-a.git/raw/main/x']) {
      const response = await fetch(`${host.baseUrl}/${place}`);
      expect(response.status).toBe(401);
    }
  });

  describe('a commit from an archive', () => {
    it('holds exactly the files of the archive, by its author', async () => {
      await create('tree');
      const commit = async (
        entries: Parameters<typeof tarOf>[0],
        expectedHead?: string,
      ) =>
        (
          await host.client.commitTree(
            'tree',
            {
              archive: await tarOf(entries),
              message: 'From the template',
              expectedHead,
            },
            as(ANN),
          )
        ).commit;
      const first = await commit([
        { name: 'a "quoted" name.txt', content: 'a' },
        { name: 'src/', type: 'directory' },
        { name: 'src/run.sh', content: '#!/bin/sh\n', mode: 0o755 },
        { name: 'link', type: 'symlink', linkname: 'src/run.sh' },
      ]);
      const bare = path.join(folder, 'tree.git');
      expect(
        await git(bare, [
          'ls-tree',
          '-r',
          '--format=%(objectmode) %(path)',
          first,
        ]),
      ).toBe(
        '100644 "a \\"quoted\\" name.txt"\n120000 link\n100755 src/run.sh',
      );
      expect(
        await git(bare, ['log', '-1', '--format=%an <%ae> %cn %s', first]),
      ).toBe('Ann Example <ann@example.com> Ann Example From the template');
      await git(bare, ['fsck', '--strict']);

      const replacement = [{ name: 'only.txt', content: 'b' }];
      await expect(commit(replacement)).rejects.toMatchObject({
        statusCode: 409,
        body: { error: { message: expect.stringContaining(first) } },
      });
      await expect(commit(replacement, 'c'.repeat(40))).rejects.toMatchObject({
        statusCode: 409,
      });
      const second = await commit(replacement, first);
      expect(await git(bare, ['ls-tree', '-r', '--name-only', second])).toBe(
        'only.txt',
      );
      expect(await commit([{ name: 'only.txt', content: 'b' }])).toBe(second);

      const page = await host.client.listCommits('tree', { limit: 1 }, as(BEN));
      expect(page.items).toEqual([
        {
          commit: second,
          tree: await git(bare, ['rev-parse', `${second}^{tree}`]),
          parents: [first],
          authorName: 'Ann Example',
          authorEmail: 'ann@example.com',
          committerEmail: 'ann@example.com',
          authoredAt: expect.any(String),
          subject: 'From the template',
        },
      ]);
      const rest = await host.client.listCommits(
        'tree',
        { cursor: page.nextCursor },
        as(BEN),
      );
      expect(rest.items.map(item => item.commit)).toEqual([first]);
      expect(await host.client.listBranches('tree', as(BEN))).toEqual([
        {
          name: 'main',
          commit: second,
          committedAt: expect.any(String),
          isDefault: true,
        },
      ]);
      await deadline(() =>
        expect(eventsOf('tree').map(({ after }) => after)).toEqual([
          first,
          second,
        ]),
      );
      expect(eventsOf('tree')[1]).toMatchObject({
        branch: 'main',
        before: first,
        pushedBy: ANN,
      });
      expect(await git(bare, ['for-each-ref', 'refs/model-ci'])).toBe('');
    });

    it('to a new branch starts at the default branch', async () => {
      await create('branches');
      const commit = async (branch: string | undefined, content: string) =>
        (
          await host.client.commitTree(
            'branches',
            {
              archive: await tarOf([{ name: 'a', content }]),
              message: 'm',
              branch,
            },
            as(ANN),
          )
        ).commit;
      const main = await commit(undefined, 'a');
      expect(await commit('same', 'a')).toBe(main);
      await commit('feature/x', 'b');
      const { items } = await host.client.listCommits(
        'branches',
        { ref: 'feature/x' },
        as(ANN),
      );
      expect(items[0].parents).toEqual([main]);
      await expect(commit('a..b', 'b')).rejects.toMatchObject({
        statusCode: 400,
      });
    });

    it('is refused whole when the archive is hostile, too large or cut off', async () => {
      await create('hostile');
      const send = (archive: Uint8Array<ArrayBuffer>) =>
        host.client.commitTree('hostile', { archive, message: 'm' }, as(ANN));
      const whole = await tarOf([{ name: 'a', content: 'x'.repeat(5000) }]);
      const cases: Array<[Uint8Array<ArrayBuffer>, RegExp]> = [
        [
          await tarOf([{ name: 'ok' }, { name: '../x', content: 'x' }]),
          /leaves the tree/,
        ],
        [await tarOf([{ name: 'a' }, { name: './a' }]), /twice/],
        [
          await tarOf([
            { name: 'a', type: 'symlink', linkname: 'b' },
            { name: 'a/x' },
          ]),
          /as a file and as a folder/,
        ],
        [await tarOf([{ name: 'a/x' }, { name: 'a' }]), /twice/],
        [
          await tarOf([
            { name: 'a' },
            { name: 'b' },
            { name: 'c' },
            { name: 'd' },
          ]),
          /more than 3 files/,
        ],
        [await tarOf([]), /holds no files/],
        [
          await tarOf([{ name: 'a', content: 'x'.repeat(1_100_000) }]),
          /larger than 1000000 bytes/,
        ],
        [whole.slice(0, 2000), /no whole tar archive/],
        [new Uint8Array(2048).fill(65), /no whole tar archive/],
      ];
      for (const [archive, reason] of cases) {
        await expect(send(archive)).rejects.toMatchObject({
          statusCode: 400,
          body: { error: { message: expect.stringMatching(reason) } },
        });
      }
      expect(await host.client.listBranches('hostile', as(ANN))).toEqual([]);
      await send(whole);
    });

    it('is for members of the owner', async () => {
      await create('members');
      await expect(
        host.client.commitTree(
          'members',
          { archive: await tarOf([{ name: 'a' }]), message: 'm' },
          as(BEN),
        ),
      ).rejects.toMatchObject({ statusCode: 403 });
    });
  });

  it('show a file without letting it act', async () => {
    await create('raw');
    await host.client.commitTree(
      'raw',
      {
        archive: await tarOf([
          { name: 'page.html', content: '<script>' },
          { name: 'model.bin', content: 'b' },
        ]),
        message: 'm',
        branch: 'feature/x',
      },
      as(ANN),
    );
    const get = (file: string) =>
      fetch(`${host.baseUrl}/raw.git/raw/feature%2Fx/${file}`, {
        headers: { Authorization: `Bearer ${as(BEN).token}` },
      });
    const page = await get('page.html');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('content-security-policy')).toContain('sandbox');
    expect(await page.text()).toBe('<script>');
    expect((await get('model.bin')).headers.get('content-type')).toBe(
      'application/octet-stream',
    );
    expect((await get('none')).status).toBe(404);
    expect((await get('..%2fconfig')).status).toBe(400);
  });

  it('lead a browser from a link to a file to the page of the repository', async () => {
    const open = (accept: string) =>
      fetch(`${host.baseUrl}/raw.git/raw/main/`, {
        headers: { Accept: accept },
        redirect: 'manual',
      });
    const browser = await open('text/html,application/xml;q=0.9,*/*;q=0.8');
    expect(browser.status).toBe(302);
    expect(browser.headers.get('location')).toBe(
      'http://portal.example.com/git/repositories/raw',
    );
    expect((await open('*/*')).status).toBe(401);
  });
});

describe('tokens', () => {
  it('are shown once, and are only the user’s own', async () => {
    const db = await databases.init('SQLITE_3');
    const host = await startGitHost({ directory: await makeFolder(), db });
    const made = await host.client.createToken(
      { name: 'laptop', expiresInDays: 7 },
      as(ANN),
    );
    expect(made.token).toMatch(/^mcgit_[\w-]{43}$/);
    expect(Date.parse(made.expiresAt) - Date.parse(made.createdAt)).toBe(
      7 * 86_400_000,
    );
    const { token, ...shown } = made;
    expect(await host.client.listTokens(as(ANN))).toEqual([shown]);
    expect(JSON.stringify(await db('tokens'))).not.toContain(token);
    expect(await host.client.listTokens(as(BEN))).toEqual([]);
    await expect(
      host.client.revokeToken(made.id, as(BEN)),
    ).rejects.toMatchObject({ statusCode: 404 });
    await host.client.revokeToken(made.id, as(ANN));
    expect(await host.client.listTokens(as(ANN))).toEqual([]);
    await expect(
      host.client.createToken({ name: '', expiresInDays: 1000 }, as(ANN)),
    ).rejects.toMatchObject({ statusCode: 400 });
  });
});

describe('a permission policy', () => {
  it('can hide repositories and refuse what it likes', async () => {
    const condition = gitRepositoryConditions.isOwner({ claims: [TEAM] });
    const denied = new Set<string>();
    const host = await startGitHost({
      directory: await makeFolder(),
      db: await databases.init('SQLITE_3'),
      features: [
        mockServices.permissions.mock({
          authorize: async requests =>
            requests.map(({ permission }) => ({
              result: denied.has(permission.name)
                ? AuthorizeResult.DENY
                : AuthorizeResult.ALLOW,
            })),
          authorizeConditional: async () => [
            {
              result: AuthorizeResult.CONDITIONAL,
              pluginId: 'model-ci-git',
              resourceType: 'model-ci-git-repository',
              conditions: { not: condition },
            },
          ],
        }).factory,
      ],
    });
    await host.client.createRepository({ name: 'team', owner: TEAM }, as(ANN));
    await host.client.createRepository({ name: 'own', owner: ANN }, as(ANN));
    const { items } = await host.client.listRepositories({}, as(ANN));
    expect(items.map(({ name }) => name)).toEqual(['own']);
    denied
      .add('model-ci-git.repository.create')
      .add('model-ci-git.repository.read')
      .add('model-ci-git.token.create');
    await expect(
      host.client.createRepository({ name: 'x', owner: TEAM }, as(ANN)),
    ).rejects.toMatchObject({ statusCode: 403 });
    await expect(
      host.client.getRepository('team', as(ANN)),
    ).rejects.toMatchObject({ statusCode: 403 });
    await expect(
      host.client.createToken({ name: 'x' }, as(ANN)),
    ).rejects.toMatchObject({ statusCode: 403 });
  });
});
