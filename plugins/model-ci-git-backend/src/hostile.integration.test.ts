import request from 'supertest';
import {
  type TestDatabaseId,
  TestDatabases,
} from '@backstage/backend-test-utils';
import {
  ANN,
  as,
  type GitHost,
  makeFolder,
  startGitHost,
  tarOf,
  TEAM,
} from './__testUtils__/gitHost';

jest.setTimeout(120_000);

const ids: TestDatabaseId[] = ['SQLITE_3'];
if (process.env.BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING) {
  ids.push('POSTGRES_18');
}
const databases = TestDatabases.create({ ids, disableDocker: true });

const ROUTES: Array<{
  method: 'get' | 'post' | 'delete';
  path: string;
  query: string[];
  body?: Record<string, string | number>;
}> = [
  { method: 'get', path: '/repositories', query: ['q', 'cursor', 'limit'] },
  {
    method: 'post',
    path: '/repositories',
    query: [],
    body: { name: 'new', owner: TEAM, description: 'x' },
  },
  { method: 'get', path: '/repositories/:name', query: [] },
  { method: 'get', path: '/repositories/:name/branches', query: [] },
  {
    method: 'get',
    path: '/repositories/:name/commits',
    query: ['ref', 'cursor', 'limit'],
  },
  { method: 'get', path: '/:name.git/raw/:ref/:path', query: [] },
  { method: 'get', path: '/tokens', query: [] },
  {
    method: 'post',
    path: '/tokens',
    query: [],
    body: { name: 'laptop', expiresInDays: 1 },
  },
  { method: 'delete', path: '/tokens/:id', query: [] },
];
const TEXTS = [
  '%00',
  'a%00b',
  '%E0%A4%A',
  '%',
  '..%2F..%2Fetc%2Fpasswd',
  '--all',
  '__proto__',
  'HEAD%5E%7Btree%7D',
  "'%3Bdrop",
  '%F0%9F%98%80',
  'x'.repeat(5000),
  '-1',
  'NaN',
  '1e1',
  ' 5'.trim().padStart(4, '0'),
];
const VALUES = [
  null,
  true,
  -1,
  1e300,
  '',
  'a\0b',
  '\ud800',
  'x'.repeat(50_000),
  [],
  {},
];
const BODIES = [
  '{"name": ',
  '7',
  'null',
  '[]',
  '{"__proto__": {}}',
  `{"a": "${'x'.repeat(200_000)}"}`,
];
const FOREIGN =
  /Invalid (input|option|string|key)|Unrecognized|Too (big|small)|received|expected (string|number|array|object)/i;

describe.each(ids)('hostile requests to the git host on %s', id => {
  let host: GitHost;
  const parameters: Record<string, string> = {
    name: 'model',
    ref: 'main',
    path: 'a.txt',
    id: 'b2c3a1de-0000-4000-8000-000000000000',
  };

  beforeAll(async () => {
    host = await startGitHost({
      directory: await makeFolder(),
      db: await databases.init(id),
    });
    await host.client.createRepository({ name: 'model', owner: TEAM }, as(ANN));
    await host.client.commitTree(
      'model',
      { message: 'm', archive: await tarOf([{ name: 'a.txt' }]) },
      as(ANN),
    );
  });

  afterAll(() => host?.stop());

  const send = (method: 'get' | 'post' | 'delete', path: string) =>
    request(host.backend.server)
      [method](`/api/model-ci-git${path}`)
      .set('Authorization', `Bearer ${as(ANN).token}`);

  const fill = (path: string, changed: Record<string, string> = {}) =>
    path.replace(/:(\w+)/g, (_, name) => changed[name] ?? parameters[name]);

  function complain(
    what: string,
    answer: { status: number; body: { error?: { message?: string } } },
  ): string[] {
    const message = answer.body.error?.message ?? '';
    const isWellTold =
      answer.status !== 400 ||
      /^Invalid (path|query|headers|body): /.test(message);
    return answer.status < 500 && isWellTold && !FOREIGN.test(message)
      ? []
      : [`${what.slice(0, 200)} → ${answer.status} ${message.slice(0, 300)}`];
  }

  it.each(ROUTES)('$method $path has an answer', async route => {
    const { method, path, query, body } = route;
    const complaints: string[] = [];
    const attempt = async (url: string, what: object | undefined = body) => {
      const answer = await send(method, url).send(what);
      complaints.push(
        ...complain(`${url} ${JSON.stringify(what ?? '')}`, answer),
      );
      return answer;
    };
    for (const text of TEXTS) {
      for (const [, name] of path.matchAll(/:(\w+)/g)) {
        await attempt(fill(path, { [name]: text }));
      }
      for (const name of query) {
        await attempt(`${fill(path)}?${name}=${text}`);
      }
    }
    for (const name of ['unknown', '__proto__', 'limit[a]']) {
      const answer = await attempt(`${fill(path)}?${name}=1`);
      expect([answer.status, answer.body.error?.message]).toEqual([
        400,
        expect.stringContaining(`'${name}': is unknown; `),
      ]);
    }
    if (body) {
      for (const text of BODIES) {
        for (const type of ['application/json', 'text/plain']) {
          const answer = await send(method, fill(path))
            .set('Content-Type', type)
            .send(text);
          complaints.push(...complain(text, answer));
          if (![400, 413].includes(answer.status)) {
            complaints.push(`${type} ${text} was accepted`);
          }
        }
      }
      for (const name of Object.keys(body)) {
        for (const value of VALUES) {
          await attempt(fill(path), { ...body, [name]: value });
        }
      }
    }
    expect(complaints).toEqual([]);
  });

  it('refuses forged cursors by name', async () => {
    for (const path of ['/repositories', '/repositories/model/commits']) {
      for (const text of ['a\0', '../x', `${'0'.repeat(40)} -1`, '', 'Ü']) {
        const cursor = Buffer.from(text).toString('base64url');
        const { status, body } = await send('get', `${path}?cursor=${cursor}`);
        expect([status, body.error?.message]).toEqual([
          400,
          expect.stringContaining("Invalid query: 'cursor': "),
        ]);
      }
    }
    const unknown = Buffer.from(`${'0'.repeat(40)} 0`).toString('base64url');
    const { status } = await send(
      'get',
      `/repositories/model/commits?cursor=${unknown}`,
    );
    expect(status).toBe(400);
  });

  it.each([
    ['/info/refs?service=git-upload-pack', 'get'],
    ['/info/refs?service=__proto__', 'get'],
    ['/info/refs?service[]=git-upload-pack', 'get'],
    ['/git-receive-pack', 'post'],
  ] as const)('has an answer of git to %s', async (rest, method) => {
    const { token } = await host.client.createToken({ name: 't' }, as(ANN));
    for (const name of [...TEXTS, 'model']) {
      const { status } = await request(host.backend.server)
        [method](`/api/model-ci-git/${name}.git${rest}`)
        .auth('x', token)
        .send(method === 'post' ? 'no pkt-line' : undefined);
      expect([name, status < 500]).toEqual([name, true]);
    }
  });
});
