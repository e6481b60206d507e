import { generateKeyPairSync } from 'node:crypto';
import type { Router } from 'express';
import request from 'supertest';
import { createTestDatabases } from '../database/testDatabase';
import type { RouteContext } from './context';
import { createRouter } from './createRouter';
import { insertExample } from './testing/insertExamples';
import { ROUTES, type TestedRoute } from './testing/routes';
import { TestPortal } from './testing/TestPortal';

const databases = createTestDatabases();
jest.setTimeout(120_000);

/** Parts of URLs, as they are sent. */
const HOSTILE_TEXTS = [
  '%00',
  'a%00b',
  '%E0%A4%A',
  '%FF',
  '%',
  '..%2F..%2Fetc%2Fpasswd',
  '__proto__',
  'constructor',
  "'%3B%20drop%20table%20runs--",
  '%F0%9F%98%80',
  'x'.repeat(5000),
  '-1',
  '0',
  'NaN',
  '1e9',
  '0x10',
  '1.5',
  '9'.repeat(30),
  '%20',
  'null',
  '[]',
];
const HOSTILE_VALUES = [
  null,
  true,
  -1,
  1.5,
  1e300,
  '',
  'a\0b',
  '\ud800',
  'x'.repeat(50_000),
  [],
  ['a'],
  {},
  { $gt: 1 },
];
const HOSTILE_BODIES = [
  '{"ref": ',
  '"text"',
  '7',
  'null',
  '[]',
  '[1]',
  '{"__proto__": {"isAdmin": true}}',
  '{"constructor": {"prototype": {"isAdmin": true}}}',
  '{"unknown": 1}',
  '['.repeat(30_000) + ']'.repeat(30_000),
  '\0',
  `{"a": "${'x'.repeat(200_000)}"}`,
];
/** Words of the schema library. */
const FOREIGN =
  /Invalid (input|option|string|key|element)|Unrecognized|Too (big|small)|received|expected (string|number|array|object)/i;

/** So that what is signed is attacked, too. */
function signingKey(): string {
  return generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
}

interface Answer {
  status: number;
  body: { error?: { name?: string; message?: string } };
}

describe.each(databases.ids)('hostile requests on %s', id => {
  let portal: TestPortal;
  let parameters: Record<string, string>;

  beforeAll(async () => {
    portal = await TestPortal.start({
      db: await databases.init(id),
      config: { provenance: { privateKey: signingKey() } },
    });
    const example = await insertExample(portal.db, portal.artifactDirectory, {
      pipelineRef: 'modelpipeline:default/mine',
      artifact: 'bytes',
    });
    parameters = {
      namespace: 'default',
      name: 'mine',
      runId: example.runId,
      stage: 'train',
      digest: example.digest,
      version: '1',
      alias: 'champion',
      deploymentId: example.deploymentId,
    };
  });

  afterAll(() => portal?.stop());

  const names = (route: TestedRoute) =>
    [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name);

  const fill = (route: TestedRoute, changed: Record<string, string> = {}) =>
    route.path.replace(
      /:(\w+)/g,
      (_, name) => changed[name] ?? parameters[name],
    );

  const send = (route: TestedRoute, path: string) =>
    request(portal.server)[route.method](`/api/model-ci${path}`);

  /** What is wrong with an answer; nothing if it is as it should be. */
  function complain(what: string, { status, body }: Answer): string[] {
    const message = body.error?.message ?? '';
    const isWellTold =
      status !== 400 ||
      (body.error?.name === 'InputError' &&
        /^Invalid (path|query|headers|body): /.test(message));
    return status < 500 && isWellTold && !FOREIGN.test(message)
      ? []
      : [`${what.slice(0, 200)} → ${status} ${message.slice(0, 300)}`];
  }

  it('are tried on every route', () => {
    const router: Router = createRouter({} as RouteContext, () => {});
    const registered = router.stack.flatMap(({ route }) =>
      route ? [`${route.stack[0].method} ${route.path}`] : [],
    );
    // Answers every method, and nobody without a token that holds: whatever else a request is, it is not looked at
    const transfers = `undefined /transfers/:token`;
    expect(registered.sort()).toEqual(
      [
        ...ROUTES.map(({ method, path }) => `${method} ${path}`),
        transfers,
      ].sort(),
    );
  });

  it('are refused where a token is expected', async () => {
    for (const text of HOSTILE_TEXTS) {
      for (const method of ['get', 'head', 'put', 'post'] as const) {
        const path = `/api/model-ci/transfers/${text}?unknown=${text}`;
        const { status } = await request(portal.server)[method](path);
        expect([path, [403, 404, 405]]).toEqual([
          path,
          expect.arrayContaining([status]),
        ]);
      }
    }
  });

  describe.each(
    ROUTES.map(route => [route.method, route.path, route] as const),
  )('%s %s', (_method, _path, route) => {
    it('refuses parameters that it does not know, by name', async () => {
      for (const name of [
        'unknown',
        '__proto__',
        'constructor',
        'toString',
        'limit[$gt]',
      ]) {
        const path = `${fill(route)}?${encodeURIComponent(name)}=1`;
        const { status, body } = await send(route, path).send(route.body);
        expect([status, body.error?.message]).toEqual([
          400,
          expect.stringMatching(/^Invalid query: /),
        ]);
        expect(body.error.message).toContain(`'${name}': is unknown; `);
      }
    });

    it('has an answer to whatever its path and parameters hold', async () => {
      const complaints: string[] = [];
      for (const text of HOSTILE_TEXTS) {
        for (const name of names(route)) {
          const path = fill(route, { [name]: text });
          complaints.push(
            ...complain(path, await send(route, path).send(route.body)),
          );
        }
        for (const name of [...route.query, text.slice(0, 50)]) {
          const path = `${fill(route)}?${name}=${text}`;
          complaints.push(
            ...complain(path, await send(route, path).send(route.body)),
          );
        }
      }
      for (const name of route.query) {
        for (const query of [`${name}`, `${name}=`, `${name}=1&${name}=2`]) {
          const path = `${fill(route)}?${query}`;
          complaints.push(...complain(path, await send(route, path)));
        }
      }
      expect(complaints).toEqual([]);
    });
  });

  describe.each(
    ROUTES.filter(({ body }) => body).map(
      route => [route.method, route.path, route] as const,
    ),
  )('%s %s', (_method, _path, route) => {
    it('has an answer to whatever its body holds', async () => {
      const complaints: string[] = [];
      for (const text of HOSTILE_BODIES) {
        for (const type of ['application/json', 'text/plain']) {
          const answer = await send(route, fill(route))
            .set('Content-Type', type)
            .send(text);
          complaints.push(...complain(`${type} ${text}`, answer));
          expect([400, 413]).toContain(answer.status);
        }
      }
      for (const field of Object.keys(route.body ?? {})) {
        for (const value of HOSTILE_VALUES) {
          const body = { ...route.body, [field]: value };
          complaints.push(
            ...complain(
              JSON.stringify(body),
              await send(route, fill(route)).send(body),
            ),
          );
        }
      }
      expect(complaints).toEqual([]);
    });
  });

  it('with a cursor of another list, or a forged one, are refused', async () => {
    const lists = ROUTES.filter(({ query }) => query.includes('cursor'));
    const positions = [
      ['2026-01-01T00:00:00.000Z', 'run-mine'],
      ['a', 'b'],
      [1],
      [-1],
      [2 ** 31],
      [1e300],
      [0, 0],
      [2 ** 40, 1],
      ['a\0', 'b'],
      [],
      [null],
    ];
    const wrong: string[] = [];
    for (const list of [
      'runs',
      'deployments',
      'pipelines',
      'versions',
      'tests',
    ]) {
      for (const position of positions) {
        const cursor = Buffer.from(
          JSON.stringify([list, ...position]),
        ).toString('base64url');
        for (const route of lists) {
          const own = (route.path.split('/').at(-1) ?? '') === list;
          const { status, body } = await send(
            route,
            `${fill(route)}?cursor=${cursor}`,
          );
          const refused =
            status === 400 &&
            body.error.message ===
              "Invalid query: 'cursor': must be the nextCursor of an earlier page of this list, unchanged";
          if (!refused && !(own && status === 200)) {
            wrong.push(`${route.path} ${list} ${position} → ${status}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('say in one line what is wrong and what would be right', async () => {
    const { body } = await request(portal.server).get(
      '/api/model-ci/runs?limit=0&status=succeded,failed&stauts=x&trigger=&pipeline=component:a/b',
    );
    expect(body.error.message).toBe(
      "Invalid query: 'limit': must be a whole number from 1 to 100; " +
        "'pipeline': must be the entity ref of a ModelPipeline, such as modelpipeline:default/house-price; " +
        "'status': must be 'queued', 'running', 'waiting', 'succeeded', 'failed', 'errored', 'cancelled' or 'skipped'; " +
        "'trigger': must be 'push', 'tag', 'pull_request', 'schedule', 'manual', 'template' or 'external'; " +
        "'stauts': is unknown; the parameters here are 'cursor', 'limit', 'owner', 'q', 'pipeline', 'status', 'branch', 'trigger'",
    );
  });
});
