import { randomBytes } from 'node:crypto';
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import path from 'node:path';
import { TestDatabases } from '@backstage/backend-test-utils';
import type { CreateGitTokenInput } from '@model-ci/backstage-plugin-model-ci-common';
import type { Knex } from 'knex';
import { git, withToken } from './__testUtils__/git';
import {
  ANN,
  as,
  BEN,
  type GitHost,
  makeFolder,
  policyOf,
  startGitHost,
  type StartGitHostOptions,
  tarOf,
  TEAM,
} from './__testUtils__/gitHost';
import { deadline } from './__testUtils__/deadline';

jest.setTimeout(120_000);

describe('git over HTTP', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
  let db: Knex;
  let host: GitHost;
  let folder: string;
  let work: string;
  let token: string;
  let count = 0;

  beforeAll(async () => {
    folder = await makeFolder();
    work = await makeFolder();
    db = await databases.init('SQLITE_3');
    host = await startGitHost({ directory: folder, db });
    ({ token } = await host.client.createToken({ name: 'laptop' }, as(ANN)));
  });

  /** A repository with one commit, and a clone of it. */
  async function project() {
    count += 1;
    const name = `project-${count}`;
    const { cloneUrl } = await host.client.createRepository(
      { name, owner: TEAM },
      as(ANN),
    );
    const clone = path.join(work, name);
    await git(work, ['clone', '-q', withToken(cloneUrl, token), name]);
    await writeFile(path.join(clone, 'README.md'), '# A model\n');
    await git(clone, ['add', '.']);
    await git(clone, ['commit', '-qm', 'First']);
    await git(clone, ['push', '-q', 'origin', 'HEAD']);
    const head = () => git(clone, ['rev-parse', 'HEAD']);
    return { name, cloneUrl, clone, head };
  }

  async function commitFile(
    clone: string,
    file: string,
    content: string | Buffer,
  ) {
    await writeFile(path.join(clone, file), content);
    await git(clone, ['add', '.']);
    await git(clone, ['commit', '-qm', `Add ${file}`]);
  }

  const eventsOf = (name: string) =>
    host.events.filter(event => event.repositoryUrl.includes(`/${name}.git/`));

  it('announces a push to a new repository at exactly its commit', async () => {
    const { name, clone, head } = await project();
    expect(await git(clone, ['rev-parse', '--abbrev-ref', 'HEAD'])).toBe(
      'main',
    );
    await deadline(() => expect(eventsOf(name)).toHaveLength(1));
    expect(eventsOf(name)).toEqual([
      {
        id: expect.any(String),
        repositoryUrl: `${host.baseUrl}/${name}.git/`,
        branch: 'main',
        defaultBranch: 'main',
        after: await head(),
        message: expect.stringMatching(/./),
        pushedBy: ANN,
      },
    ]);
  });

  it('announces each branch of a push, and a branch that is deleted', async () => {
    const { name, clone, head } = await project();
    const first = await head();
    await git(clone, ['checkout', '-qb', 'feature/lasso']);
    await commitFile(clone, 'a.txt', 'a');
    const second = await head();
    await git(clone, ['push', '-q', 'origin', 'HEAD:main', 'HEAD']);
    await git(clone, ['push', '-q', 'origin', ':feature/lasso']);
    await deadline(() => expect(eventsOf(name)).toHaveLength(4));
    const [, ...moves] = eventsOf(name).map(
      ({ branch, before, after, pushedBy }) => ({
        branch,
        before,
        after,
        pushedBy,
      }),
    );
    expect(moves).toEqual([
      {
        branch: 'feature/lasso',
        before: undefined,
        after: second,
        pushedBy: ANN,
      },
      { branch: 'main', before: first, after: second, pushedBy: ANN },
      {
        branch: 'feature/lasso',
        before: second,
        after: undefined,
        pushedBy: ANN,
      },
    ]);
    expect(new Set(eventsOf(name).map(event => event.id)).size).toBe(4);
  });

  it('announces which files a push changed, and whether it asks for no run', async () => {
    const { name, clone } = await project();
    await git(clone, ['checkout', '-qb', 'feature/дані']);
    await commitFile(clone, 'a "1".txt', 'a');
    await git(clone, ['push', '-q', 'origin', 'HEAD']);
    await git(clone, ['mv', 'a "1".txt', 'b.txt']);
    await git(clone, ['commit', '-qm', 'Move it\n\nDocs only. [CI skip]']);
    await git(clone, ['push', '-q', 'origin', 'HEAD']);
    await commitFile(clone, 'c.txt', 'c');
    await git(clone, [
      'push',
      '-q',
      '-o',
      'x=y',
      '-o',
      'ci.skip',
      'origin',
      'HEAD',
    ]);
    await commitFile(clone, 'd.txt', 'd');
    await git(clone, ['push', '-q', '-o', 'ci.skipped', 'origin', 'HEAD']);
    await deadline(() => expect(eventsOf(name)).toHaveLength(5));
    expect(
      eventsOf(name).map(({ changedPaths, skip }) => [changedPaths, skip]),
    ).toEqual([
      [undefined, undefined],
      [['a "1".txt'], undefined],
      [['a "1".txt', 'b.txt'], 'message'],
      [['c.txt'], 'option'],
      [['d.txt'], undefined],
    ]);
  });

  it('serves clones, shallow ones too, and fetches of what others pushed', async () => {
    const { clone, cloneUrl, head } = await project();
    await git(work, ['clone', '-q', withToken(cloneUrl, token), 'other']);
    await commitFile(clone, 'b.txt', 'b');
    await git(clone, ['push', '-q']);
    const other = path.join(work, 'other');
    await git(other, ['pull', '-q']);
    expect(await git(other, ['rev-parse', 'HEAD'])).toBe(await head());

    await git(work, [
      'clone',
      '-q',
      '--depth=1',
      withToken(cloneUrl, token),
      'shallow',
    ]);
    const shallow = path.join(work, 'shallow');
    expect(await git(shallow, ['rev-list', '--count', 'HEAD'])).toBe('1');
    expect(await readdir(shallow)).toEqual(
      expect.arrayContaining(['README.md', 'b.txt']),
    );
    await git(shallow, ['fetch', '-q', '--unshallow']);
    expect(await git(shallow, ['rev-list', '--count', 'HEAD'])).toBe('2');
  });

  it('takes 20 MB in chunks, and compressed requests', async () => {
    const { name, clone, head } = await project();
    const data = randomBytes(20 * 1024 * 1024);
    await commitFile(clone, 'weights.bin', data);
    await git(clone, ['push', '-q'], { 'http.postBuffer': '65536' });
    await deadline(() =>
      expect(eventsOf(name).map(event => event.after)).toHaveLength(2),
    );
    expect(eventsOf(name)[1].after).toBe(await head());

    // Above a kilobyte of haves, git compresses what it asks for.
    for (let index = 0; index < 40; index++) {
      await git(clone, ['commit', '-q', '--allow-empty', '-m', `${index}`]);
    }
    await git(clone, ['fetch', '-q'], { 'protocol.version': '0' });
    const response = await host.reader.readUrl(
      `${host.baseUrl}/${name}.git/raw/main/weights.bin`,
    );
    expect((await response.buffer()).equals(data)).toBe(true);
  });

  it('keeps modes and links', async () => {
    const { clone, cloneUrl } = await project();
    await mkdir(path.join(clone, 'bin'));
    await writeFile(path.join(clone, 'bin', 'run'), '#!/bin/sh\n');
    await chmod(path.join(clone, 'bin', 'run'), 0o755);
    await symlink('../README.md', path.join(clone, 'bin', 'readme'));
    await git(clone, ['add', '.']);
    await git(clone, ['commit', '-qm', 'Modes']);
    await git(clone, ['push', '-q']);
    await git(work, ['clone', '-q', withToken(cloneUrl, token), 'modes']);
    expect(await readFile(path.join(work, 'modes/bin/readme'), 'utf8')).toBe(
      '# A model\n',
    );
  });

  it('refuses who has no valid token, in words', async () => {
    const { cloneUrl } = await project();
    await expect(git(work, ['ls-remote', cloneUrl])).rejects.toThrow(
      /could not read Username|terminal prompts disabled/,
    );
    for (const wrong of ['wrong', 'mcgit_wrong']) {
      await expect(
        git(work, ['ls-remote', withToken(cloneUrl, wrong)]),
      ).rejects.toThrow(/This git token is wrong, expired or revoked/);
    }
    const made = await host.client.createToken({ name: 'old' }, as(ANN));
    await git(work, ['ls-remote', withToken(cloneUrl, made.token)]);
    await host.client.revokeToken(made.id, as(ANN));
    await expect(
      git(work, ['ls-remote', withToken(cloneUrl, made.token)]),
    ).rejects.toThrow(/revoked/);
  });

  it('lets others read but not push, and says why', async () => {
    const { name, clone, cloneUrl, head } = await project();
    const first = await head();
    const other = await host.client.createToken({ name: 'b' }, as(BEN));
    expect(
      await git(work, ['ls-remote', withToken(cloneUrl, other.token), 'HEAD']),
    ).toContain(first);
    await commitFile(clone, 'c.txt', 'c');
    await expect(
      git(clone, ['push', withToken(cloneUrl, other.token), 'HEAD']),
    ).rejects.toThrow(
      `Only members of ${TEAM} may push to ${name}; ${BEN} is not one of them`,
    );
    expect(
      await git(work, ['ls-remote', withToken(cloneUrl, token), 'HEAD']),
    ).toContain(first);
  });

  it('refuses a push of a broken object and the deletion of the default branch', async () => {
    const { clone, name } = await project();
    await git(clone, ['config', 'core.protectNTFS', 'false']);
    const tree = (await git(clone, ['rev-parse', 'HEAD^{tree}'])).trim();
    const bad = await gitWithInput(
      clone,
      ['mktree'],
      `040000 tree ${tree}\t.git\n`,
    );
    const commit = await git(clone, ['commit-tree', '-m', 'bad', bad]);
    await expect(
      git(clone, ['push', 'origin', `${commit}:refs/heads/bad`]),
    ).rejects.toThrow(/hasDotgit/);
    await expect(git(clone, ['push', 'origin', ':main'])).rejects.toThrow(
      /deletion of the current branch prohibited/,
    );
    expect(await host.client.listBranches(name, as(BEN))).toHaveLength(1);
  });

  it('serves concurrent pushes: one per branch wins, each is announced once', async () => {
    const { name, clone, cloneUrl } = await project();
    const clones = await Promise.all(
      [0, 1, 2, 3].map(async index => {
        const target = path.join(work, `${name}-${index}`);
        await git(work, ['clone', '-q', withToken(cloneUrl, token), target]);
        await commitFile(target, `${index}.txt`, `${index}`);
        return target;
      }),
    );
    const same = await Promise.allSettled(
      clones.map(target => git(target, ['push', '-q', 'origin', 'main'])),
    );
    expect(same.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await Promise.all(
      clones.map((target, index) =>
        git(target, ['push', '-q', 'origin', `HEAD:branch-${index}`]),
      ),
    );
    await deadline(() => expect(eventsOf(name)).toHaveLength(6));
    await git(clone, ['pull', '-q']);
    expect(eventsOf(name)[1].after).toBe(
      await git(clone, ['rev-parse', 'HEAD']),
    );
  });

  it.each([
    '/..%2f..%2fetc.git/info/refs?service=git-upload-pack',
    '/..git/info/refs?service=git-upload-pack',
    '/%2e%2e.git/info/refs?service=git-upload-pack',
    '/A.git/info/refs?service=git-upload-pack',
    '/nowhere.git/info/refs?service=git-upload-pack',
  ])('finds nothing at %s', async place => {
    expect(await rawGet(`${host.baseUrl}${place}`, token)).toBe(404);
  });

  it('answers nothing but the three requests of the smart protocol', async () => {
    const { name } = await project();
    const base = `${host.baseUrl}/${name}.git`;
    expect(await rawGet(`${base}/info/refs`, token)).toBe(403);
    expect(await rawGet(`${base}/info/refs?service=git-evil`, token)).toBe(403);
    for (const file of [
      'HEAD',
      'config',
      'objects/info/packs',
      'git-upload-archive',
    ]) {
      expect(await rawGet(`${base}/${file}`, token)).toBe(404);
      expect(await rawGet(`${base}/${file}`, 'mcgit_wrong')).toBe(401);
    }
  });

  it('slows down who tries many tokens, without shutting out others', async () => {
    const { cloneUrl } = await project();
    const attempt = () =>
      fetch(`${cloneUrl}/info/refs?service=git-upload-pack`, {
        headers: { Authorization: `Basic ${btoa('any:mcgit_guess')}` },
      });
    const statuses = [];
    for (let index = 0; index < 25; index++) {
      statuses.push((await attempt()).status);
    }
    expect(statuses).toContain(429);
    await git(work, ['ls-remote', withToken(cloneUrl, token)]);
  });
});

describe('the token of a user', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
  let work: string;

  beforeAll(async () => {
    work = await makeFolder();
  });

  async function start(options: Partial<StartGitHostOptions> = {}) {
    const host = await startGitHost({
      directory: await makeFolder(),
      db: await databases.init('SQLITE_3'),
      ...options,
    });
    for (const name of ['model', 'other']) {
      await host.client.createRepository({ name, owner: TEAM }, as(ANN));
      const archive = await tarOf([{ name: 'a', content: 'a' }]);
      await host.client.commitTree(name, { archive, message: 'm' }, as(ANN));
    }
    const urlOf = (name: string, token: string) =>
      withToken(`${host.baseUrl}/${name}.git`, token);
    const read = (token: string, name = 'model') =>
      git(work, ['ls-remote', urlOf(name, token)]);
    const clone = await makeFolder();
    await git(clone, ['init', '-q']);
    await commitFileIn(clone, 'a');
    const push = (token: string, name = 'model') =>
      git(clone, ['push', urlOf(name, token), 'HEAD:refs/heads/x']);
    return { host, read, push };
  }

  it('reads what the permission policy grants at that time', async () => {
    const realNow = Date.now;
    const clock = jest.spyOn(Date, 'now');
    try {
      const denied = new Set<string>();
      const { host, read } = await start({ features: [policyOf(denied)] });
      const { token } = await host.client.createToken({ name: 't' }, as(BEN));
      await read(token);
      denied.add('model-ci-git.repository.read');
      clock.mockImplementation(() => realNow() + 10_001);
      await expect(read(token)).rejects.toThrow(
        /lack the permission 'model-ci-git.repository.read/,
      );
    } finally {
      clock.mockRestore();
    }
  });

  it('pushes only with the policy’s consent', async () => {
    const denied = new Set<string>();
    const { host, read, push } = await start({ features: [policyOf(denied)] });
    denied.add('model-ci-git.repository.write');
    const { token } = await host.client.createToken({ name: 't' }, as(ANN));
    await read(token);
    await expect(push(token)).rejects.toThrow(
      /lack the permission 'model-ci-git.repository.write/,
    );
  });

  it('is dead once the user is', async () => {
    const gone = new Set<string>();
    const { host, read } = await start({ gone });
    const { token } = await host.client.createToken({ name: 't' }, as(BEN));
    gone.add(BEN);
    await expect(read(token)).rejects.toThrow(/403/);
  });

  it('does no more than it was made for', async () => {
    const { host, read, push } = await start();
    const make = async (input: Omit<CreateGitTokenInput, 'name'>) =>
      await host.client.createToken({ name: 't', ...input }, as(ANN));
    const reader = await make({ scope: 'read' });
    expect(reader).toMatchObject({ scope: 'read' });
    await read(reader.token);
    await expect(push(reader.token)).rejects.toThrow(/may read, but not push/);
    const narrow = await make({ repository: 'model' });
    expect(await host.client.listTokens(as(ANN))).toContainEqual(
      expect.objectContaining({ scope: 'write', repository: 'model' }),
    );
    await read(narrow.token);
    await expect(read(narrow.token, 'other')).rejects.toThrow(
      /good for the repository model alone/,
    );
  });

  it.each([
    [false, 'refused, and names the module'],
    [true, 'good'],
  ])(
    'without the module of the auth backend, where app-config says %s, is %s',
    async (withoutPolicy, expected) => {
      const { host, read } = await start({
        withoutAuthModule: true,
        config: { tokens: { withoutPolicy } },
      });
      const { token } = await host.client.createToken({ name: 't' }, as(BEN));
      const outcome = await read(token).then(
        () => 'good',
        error =>
          /auth-backend-module-model-ci/.test(error.message)
            ? 'refused, and names the module'
            : error.message,
      );
      expect(outcome).toBe(expected);
    },
  );
});

describe('a push that the backend died over', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

  it('is announced at the next start, step by step, by whoever pushed', async () => {
    const folder = await makeFolder();
    const work = await makeFolder();
    const db = await databases.init('SQLITE_3');
    const first = await startGitHost({ directory: folder, db });
    const { cloneUrl } = await first.client.createRepository(
      { name: 'model', owner: TEAM },
      as(ANN),
    );
    const { token } = await first.client.createToken({ name: 't' }, as(ANN));
    await git(work, ['clone', '-q', withToken(cloneUrl, token), 'model']);
    const clone = path.join(work, 'model');
    await commitFileIn(clone, '1');
    await git(clone, ['push', '-q', 'origin', 'HEAD']);
    await deadline(() => expect(first.events).toHaveLength(1));

    // As a kill between git's work and the record leaves it: refs moved, nobody notified.
    const bare = path.join(folder, 'model.git');
    expect(await git(bare, ['reflog', 'show', '--format=%gn', 'main'])).toBe(
      ANN,
    );
    const pushed: string[] = [first.events[0].after ?? ''];
    for (const file of ['2', '3']) {
      pushed.push(await commitFileIn(clone, file));
      await git(bare, ['fetch', '-q', clone, 'HEAD']);
      await git(bare, ['update-ref', 'refs/heads/main', 'FETCH_HEAD'], {
        'core.logAllRefUpdates': 'always',
        'user.name': ANN,
      });
    }
    expect(first.events).toHaveLength(1);

    const second = await startGitHost({ directory: folder, db });
    await second.sweep();
    await second.sweep();
    expect(
      second.events.map(({ before, after, pushedBy }) => [
        before,
        after,
        pushedBy,
      ]),
    ).toEqual([
      [pushed[0], pushed[1], ANN],
      [pushed[1], pushed[2], ANN],
    ]);
  });

  it('is announced under the same id when only the event was lost', async () => {
    const folder = await makeFolder();
    const db = await databases.init('SQLITE_3');
    const first = await startGitHost({ directory: folder, db });
    await first.client.createRepository(
      { name: 'model', owner: TEAM },
      as(ANN),
    );
    await db('push_events').insert({
      id: 'owed',
      repository: 'model',
      move: JSON.stringify({
        branch: 'main',
        after: 'c'.repeat(40),
        pushedBy: ANN,
      }),
      created_at: new Date().toISOString(),
    });
    const second = await startGitHost({ directory: folder, db });
    await second.sweep();
    expect(second.events).toEqual([
      expect.objectContaining({
        id: 'owed',
        branch: 'main',
        defaultBranch: 'main',
      }),
    ]);
    expect(await db('push_events')).toEqual([]);
  });

  it('is announced again until its run is recorded', async () => {
    const db = await databases.init('SQLITE_3');
    let isBroken = true;
    const host = await startGitHost({
      directory: await makeFolder(),
      db,
      onPush: async () => {
        if (isBroken) {
          throw new Error('The database of runs is away');
        }
      },
    });
    await host.client.createRepository({ name: 'model', owner: TEAM }, as(ANN));
    const archive = await tarOf([{ name: 'a', content: 'a' }]);
    await host.client.commitTree('model', { archive, message: 'm' }, as(ANN));
    await deadline(() => expect(host.events).toHaveLength(1));
    await host.deliver();
    expect(host.events).toHaveLength(1);
    const elapse = () =>
      db('push_events').update({ deliver_after: '2026-01-01T00:00:00.000Z' });
    await elapse();
    await host.deliver();
    expect(host.events).toHaveLength(2);
    isBroken = false;
    await elapse();
    await host.deliver();
    expect(new Set(host.events.map(({ id }) => id)).size).toBe(1);
    expect(host.events).toHaveLength(3);
    expect(await db('push_events')).toEqual([]);
    await host.deliver();
    expect(host.events).toHaveLength(3);
  });

  it('is given up after days, where nobody starts runs', async () => {
    const db = await databases.init('SQLITE_3');
    const host = await startGitHost({
      directory: await makeFolder(),
      db,
      onPush: async () => {
        throw new Error('Nobody is there');
      },
    });
    await host.client.createRepository({ name: 'model', owner: TEAM }, as(ANN));
    const archive = await tarOf([{ name: 'a', content: 'a' }]);
    await host.client.commitTree('model', { archive, message: 'm' }, as(ANN));
    await deadline(() => expect(host.events).toHaveLength(1));
    await db('push_events').update({ created_at: '2026-01-01T00:00:00.000Z' });
    await host.deliver();
    expect(await db('push_events')).toEqual([]);
  });
});

async function commitFileIn(clone: string, file: string): Promise<string> {
  await writeFile(path.join(clone, file), file);
  await git(clone, ['add', '.']);
  await git(clone, ['commit', '-qm', file]);
  return await git(clone, ['rev-parse', 'HEAD']);
}

async function gitWithInput(
  cwd: string,
  args: string[],
  input: string,
): Promise<string> {
  const file = path.join(cwd, '.git', 'input');
  await writeFile(file, input);
  return await git(cwd, [
    '-c',
    `alias.with=!git ${args.join(' ')} < .git/input`,
    'with',
  ]);
}

/** Asks without the client's own tidying of the path. */
async function rawGet(url: string, token: string): Promise<number> {
  const { hostname, port } = new URL(url);
  return await new Promise((resolve, reject) => {
    httpRequest(
      {
        hostname,
        port,
        path: url.slice(url.indexOf('/api/')),
        headers: { Authorization: `Basic ${btoa(`any:${token}`)}` },
      },
      res => {
        res.resume();
        resolve(res.statusCode ?? 0);
      },
    )
      .on('error', reject)
      .end();
  });
}
