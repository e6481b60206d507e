import {
  type TestDatabaseId,
  TestDatabases,
} from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { MIGRATIONS } from '../migrate';
import type { RepositoryRow, TokenRow } from '../tables';
import { claimPushes } from './pushes/claimPushes';
import { deleteOldPushes } from './pushes/deleteOldPushes';
import { deletePush } from './pushes/deletePush';
import { listAnnouncedHeads } from './pushes/listAnnouncedHeads';
import { listDuePushes } from './pushes/listDuePushes';
import { type BranchMoves, recordMoves } from './pushes/recordMoves';
import { findNamed, findRepositories } from './repositories/findRepositories';
import { insertRepository } from './repositories/insertRepository';
import { listHalfCreations } from './repositories/listHalfCreations';
import { listRepositories } from './repositories/listRepositories';
import { markReady } from './repositories/markReady';
import { releaseName } from './repositories/releaseName';
import { setInitialCommit } from './repositories/setInitialCommit';
import { deleteToken } from './tokens/deleteToken';
import { findTokenByHash } from './tokens/findTokenByHash';
import { insertToken } from './tokens/insertToken';
import { listTokens } from './tokens/listTokens';
import { touchToken } from './tokens/touchToken';

jest.setTimeout(60_000);

const wanted: TestDatabaseId[] = ['SQLITE_3', 'POSTGRES_18'];
const databases = TestDatabases.create({ ids: wanted });
const missing = wanted.filter(id => !databases.supports(id));
if (missing.length > 0) {
  const reason = `No ${missing} to test on: set BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING`;
  if (process.env.MODEL_CI_REQUIRE_ENGINES === 'true') {
    throw new Error(reason);
  }
  // eslint-disable-next-line no-console
  console.warn(reason);
}

const AT = '2026-01-02T03:04:05.000Z';

function repository(name: string, owner = 'group:default/ml'): RepositoryRow {
  return {
    name,
    description: name === 'b' ? 'Prices of 100% of HOUSES' : null,
    owner_ref: owner,
    default_branch: 'main',
    created_by: 'user:default/ann',
    created_at: AT,
    uid: `uid-${name}`,
    creation_id: null,
    initial_commit: null,
    ready_at: AT,
    git_bytes: 0,
    lfs_bytes: 0,
  };
}

function branchMoves(branch: string): BranchMoves {
  return {
    branch,
    announced: undefined,
    head: '1',
    moves: [{ branch, after: '1', pushedBy: 'u' }],
  };
}

describe.each(databases.eachSupportedId())('operations on %p', id => {
  let db: Knex;

  beforeEach(async () => {
    db = await databases.init(id);
    await db.migrate.latest({ directory: MIGRATIONS });
  });

  it('takes a name once', async () => {
    expect(await insertRepository(db, repository('a'))).toBe(true);
    expect(await insertRepository(db, repository('a', 'user:default/x'))).toBe(
      false,
    );
    const { git_bytes: _, lfs_bytes: __, ...row } = repository('a');
    const found = await findRepositories(db, { names: ['a', 'z'] });
    expect([...found.values()]).toMatchObject([row]);
    await releaseName(db, { uid: 'uid-a' });
    expect((await findRepositories(db, { names: ['a'] })).size).toBe(1);
  });

  it('hides a repository until it is ready, and gives its name back if it never is', async () => {
    const names = async () => [
      ...(await findRepositories(db, { names: ['a', 'b'] })).keys(),
      ...(await listRepositories(db, { limit: 10 })).map(({ name }) => name),
    ];
    await insertRepository(db, { ...repository('a'), ready_at: null });
    await insertRepository(db, { ...repository('b'), ready_at: null });
    expect(await names()).toEqual([]);
    expect(await findNamed(db, 'a')).toMatchObject({ uid: 'uid-a' });
    expect(await listHalfCreations(db, { before: AT })).toEqual([]);
    const before = '2026-01-02T03:05:00.000Z';
    expect(await listHalfCreations(db, { before })).toHaveLength(2);
    expect(await markReady(db, { uid: 'uid-a', at: AT })).toBe(true);
    await releaseName(db, { uid: 'uid-b' });
    expect(await markReady(db, { uid: 'uid-b', at: AT })).toBe(false);
    expect(await names()).toEqual(['a', 'a']);
    await setInitialCommit(db, { name: 'a', commit: '1' });
    await setInitialCommit(db, { name: 'a', commit: '2' });
    expect(await findNamed(db, 'a')).toMatchObject({ initial_commit: '1' });
  });

  it('keeps serving the repositories of an older database', async () => {
    while (await db.schema.hasColumn('repositories', 'ready_at')) {
      await db.migrate.down({ directory: MIGRATIONS });
    }
    await db('repositories').insert({
      name: 'old',
      owner_ref: 'user:default/ann',
      default_branch: 'main',
      created_by: 'user:default/ann',
      created_at: AT,
    });
    await db.migrate.latest({ directory: MIGRATIONS });
    expect(
      (await findRepositories(db, { names: ['old'] })).get('old'),
    ).toMatchObject({ ready_at: AT, uid: null });
  });

  it('lists by name, text and conditions', async () => {
    for (const row of [
      repository('c', 'user:default/ben'),
      repository('a'),
      repository('b'),
    ]) {
      await insertRepository(db, row);
    }
    const names = async (
      args: Partial<Parameters<typeof listRepositories>[1]>,
    ) =>
      (await listRepositories(db, { limit: 10, ...args })).map(
        ({ name }) => name,
      );
    const mine = { ownerRefs: ['group:default/ml'] };
    const bens = { ownerRefs: ['user:default/ben'] };
    expect(await names({})).toEqual(['a', 'b', 'c']);
    expect(await names({ after: 'a', limit: 1 })).toEqual(['b']);
    expect(await names({ q: '100% of houses' })).toEqual(['b']);
    expect(await names({ q: '_' })).toEqual([]);
    expect(await names({ conditions: mine })).toEqual(['a', 'b']);
    expect(await names({ conditions: { not: mine } })).toEqual(['c']);
    expect(await names({ conditions: { anyOf: [mine, bens] } })).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(
      await names({ conditions: { allOf: [mine, { not: bens }] }, q: 'b' }),
    ).toEqual(['b']);
    expect(await names({ conditions: { ownerRefs: [] } })).toEqual([]);
  });

  it('finds a token by its hash until it expires or is revoked', async () => {
    const row: TokenRow = {
      id: '1',
      user_ref: 'user:default/ann',
      name: 'laptop',
      hash: 'f'.repeat(64),
      created_at: AT,
      expires_at: '2026-02-01T00:00:00.000Z',
      last_used_at: null,
      scope: 'read',
      repository: null,
    };
    await insertToken(db, row);
    const find = (at: string) => findTokenByHash(db, { hash: row.hash, at });
    expect(await find(AT)).toEqual(row);
    expect(await find(row.expires_at)).toBeUndefined();
    await touchToken(db, { id: '1', at: AT });
    expect(await listTokens(db, { userRef: row.user_ref })).toEqual([
      { ...row, last_used_at: AT },
    ]);
    expect(
      await deleteToken(db, { id: '1', userRef: 'user:default/ben' }),
    ).toBe(false);
    expect(await deleteToken(db, { id: '1', userRef: row.user_ref })).toBe(
      true,
    );
    expect(await find(AT)).toBeUndefined();
  });

  it('records a move once, with the events owed for it, in order', async () => {
    await insertRepository(db, repository('a'));
    const record = (
      announced: string | undefined,
      head: string | undefined,
      steps: string[],
    ) =>
      recordMoves(db, {
        repository: 'a',
        at: AT,
        moved: [
          {
            branch: 'main',
            announced,
            head,
            moves: steps.map(after => ({
              branch: 'main',
              after,
              pushedBy: 'user:default/ann',
            })),
          },
        ],
      });
    const heads = () => listAnnouncedHeads(db, { repository: 'a' });
    const owed = () =>
      listDuePushes(db, { repository: 'a', at: AT, limit: 10 });

    expect(await record(undefined, '1', ['1'])).toEqual(['main']);
    expect(await record(undefined, '1', ['1'])).toEqual([]);
    expect(await record('1', '3', ['2', '3'])).toEqual(['main']);
    expect(await record('1', '3', ['2', '3'])).toEqual([]);
    expect(await heads()).toEqual(new Map([['main', '3']]));
    expect((await owed()).map(({ event }) => event.after)).toEqual([
      '1',
      '2',
      '3',
    ]);
    const [first] = await owed();
    expect(await deletePush(db, { id: first.id })).toBe(true);
    expect(await deletePush(db, { id: first.id })).toBe(false);
    expect(await owed()).toHaveLength(2);
    expect(await record('3', undefined, ['0'])).toEqual(['main']);
    expect(await heads()).toEqual(new Map());
  });

  it('lets one of many writers record a move', async () => {
    await insertRepository(db, repository('a'));
    const results = await Promise.all(
      Array.from({ length: 8 }, () =>
        recordMoves(db, {
          repository: 'a',
          at: AT,
          moved: [branchMoves('main')],
        }),
      ),
    );
    expect(results.flat()).toEqual(['main']);
    expect(await listDuePushes(db, { at: AT, limit: 10 })).toHaveLength(1);
  });

  it('records 3,000 branches without keeping others from the database', async () => {
    await insertRepository(db, repository('a'));
    let statements = 0;
    let waited = 0;
    db.on('query', () => {
      statements += 1;
    });
    const recording = recordMoves(db, {
      repository: 'a',
      at: AT,
      moved: Array.from({ length: 3000 }, (_, index) =>
        branchMoves(`b${index}`),
      ),
    });
    let isDone = false;
    const done = recording.finally(() => {
      isDone = true;
    });
    while (!isDone) {
      const began = Date.now();
      await findRepositories(db, { names: ['a'] });
      waited = Math.max(waited, Date.now() - began);
    }
    expect(await done).toHaveLength(3000);
    expect(waited).toBeLessThan(1000);
    expect(statements).toBeLessThan(2000);
  });

  it('gives each push that is due to one publisher, and again later', async () => {
    await insertRepository(db, repository('a'));
    await recordMoves(db, {
      repository: 'a',
      at: AT,
      moved: [branchMoves('main'), branchMoves('x')],
    });
    const due = (at: string) => listDuePushes(db, { at, limit: 10 });
    expect(await due('2026-01-02T03:04:04.999Z')).toEqual([]);
    const ids = (await due(AT)).map(({ id: each }) => each);
    const later = '2026-01-02T03:05:00.000Z';
    const claim = (attempts: number, at: string) =>
      claimPushes(db, { ids, attempts, at, deliverAfter: later });
    const claims = await Promise.all([claim(0, AT), claim(0, AT)]);
    expect(claims.map(({ size }) => size).sort()).toEqual([0, 2]);
    expect(await due(AT)).toEqual([]);
    expect((await due(later)).map(({ attempts }) => attempts)).toEqual([1, 1]);
    expect((await claim(1, AT)).size).toBe(0);
    expect((await claim(1, later)).size).toBe(2);
  });

  it('gives up old pushes, but none that was never published', async () => {
    await insertRepository(db, repository('a'));
    await recordMoves(db, {
      repository: 'a',
      at: AT,
      moved: [branchMoves('main'), branchMoves('x')],
    });
    const [first] = await listDuePushes(db, { at: AT, limit: 1 });
    await claimPushes(db, {
      ids: [first.id],
      attempts: 0,
      at: AT,
      deliverAfter: AT,
    });
    expect(await deleteOldPushes(db, { before: AT })).toEqual(new Map());
    const before = '2026-01-03T00:00:00.000Z';
    expect(await deleteOldPushes(db, { before })).toEqual(new Map([['a', 1]]));
    expect(await listDuePushes(db, { at: AT, limit: 10 })).toHaveLength(1);
  });

  it('goes back to nothing', async () => {
    await db.migrate.rollback({ directory: MIGRATIONS }, true);
    expect(await db.schema.hasTable('repositories')).toBe(false);
  });
});
