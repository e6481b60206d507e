import fs from 'node:fs/promises';
import { connect } from 'node:net';
import { until, type User } from '../portal';
import { catalogInfo, endOf, HostilePortal, startRun } from './HostilePortal';
import { sendRaw } from './rawRequest';

jest.setTimeout(240_000);

const RED = 'group:default/red';
const OK = 'HTTP/1.1 200 OK\r\n';
const ENDPOINT = '/api/model-ci/endpoints/staging/default/model';

/** What a model sends, and what its caller may get of it. */
const ANSWERS: Record<string, [sent: string, expected: RegExp]> = {
  '099': ['HTTP/1.1 099 X\r\n\r\n', /^HTTP\/1.1 502 /],
  '101': [
    'HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
    /^HTTP\/1.1 502 /,
  ],
  '101-bare': ['HTTP/1.1 101 X\r\n\r\n', /^HTTP\/1.1 502 /],
  nothing: ['', /^HTTP\/1.1 502 /],
  'after-204': [
    'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nstray',
    /^HTTP\/1.1 (204|502) (?![^]*stray)/,
  ],
  'after-304': [
    'HTTP/1.1 304 Not Modified\r\n\r\nstray',
    /^HTTP\/1.1 (304|502) (?![^]*stray)/,
  ],
  'after-body': [
    `${OK}Content-Length: 2\r\n\r\nhi${OK}Content-Length: 6\r\n\r\nsecond`,
    /^HTTP\/1.1 200 (?![^]*second)[^]*hi$/,
  ],
  'two-lengths': [
    `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    /^HTTP\/1.1 502 /,
  ],
  headers: [
    `${OK}${[
      'Set-Cookie: session=stolen',
      'Refresh: 0; url=https://evil.example',
      'Link: <https://evil.example>; rel=preload',
      'X-Frame-Options: ALLOWALL',
      'Access-Control-Allow-Origin: https://evil.example',
      'Content-Security-Policy: default-src *',
      'Clear-Site-Data: "*"',
      'X-Model-Name: house-price',
      'Content-Length: 2',
    ].join('\r\n')}\r\n\r\nhi`,
    /^HTTP\/1.1 200 (?![^]*(stolen|evil\.example|ALLOWALL|default-src \*|clear-site-data))[^]*x-model-name: house-price[^]*hi$/i,
  ],
};

/** Headers in which proxies say who somebody is. */
const IDENTITY = [
  'Cookie: session=alice',
  'X-Forwarded-User: alice',
  'X-Auth-Request-Email: alice@example.com',
  'X-Goog-Authenticated-User-Email: alice@example.com',
  'X-Amzn-Oidc-Data: alice',
  'Remote-User: alice',
  'X-Some-New-Proxy: alice',
];

/** One route of each plugin, and of Backstage itself. */
const ROUTES = [
  '/',
  '/.backstage/health/v1/readiness',
  '/api/model-ci/runs',
  '/api/model-ci/schema/model-pipeline.json',
  `${ENDPOINT}/seen`,
  '/api/model-ci-git/repositories',
  '/api/model-ci-git/model.git/info/refs?service=git-upload-pack',
  '/api/catalog/entities',
  '/api/permission/health',
  '/api/auth/test/refresh?user=alice',
  '/api/notifications/notifications',
  '/api/no-such-plugin',
];

describe('The borders of the portal', () => {
  let hostile: HostilePortal;
  let alice: User;
  let port: number;

  const ask = (path: string, headers: string[] = [], method = 'GET') =>
    sendRaw(port, [
      `${method} ${path} HTTP/1.1`,
      ...(headers.some(header => header.startsWith('Host:'))
        ? []
        : [`Host: localhost:${port}`]),
      `Authorization: Bearer ${alice.token}`,
      ...headers,
    ]);

  beforeAll(async () => {
    hostile = await HostilePortal.start();
    ({ port } = hostile.portal);
    alice = await hostile.signIn('alice');
    await hostile.project('alice', {
      name: 'model',
      owner: RED,
      files: {
        'catalog-info.yaml': catalogInfo({ name: 'model', owner: RED }),
        'model-pipeline.yaml': JSON.stringify({
          version: 1,
          stages: { train: { run: 'true' } },
          serving: { run: 'exec python3 server.py' },
        }),
        'server.py': await fs.readFile(
          require.resolve('./models/server.py'),
          'utf8',
        ),
        'answers.json': JSON.stringify(
          Object.fromEntries(
            Object.entries(ANSWERS).map(([name, [sent]]) => [name, sent]),
          ),
        ),
      },
    });
    await endOf(alice, await startRun(alice, 'model'));
    const { id } = await alice.post<{ id: string }>(
      '/api/model-ci/pipelines/default/model/deployments',
      { version: 1, environment: 'staging' },
    );
    await until(
      'the model to serve',
      async () => {
        const { status } = await alice.get<{ status: string }>(
          `/api/model-ci/deployments/${id}`,
        );
        return status === 'serving' || undefined;
      },
      { seconds: 60 },
    );
  });

  afterEach(async () => {
    await alice.get('/api/model-ci/runs');
  });

  afterAll(async () => {
    await hostile?.stop();
  });

  describe('towards web pages', () => {
    it.each(ROUTES.filter(route => !route.startsWith('/.backstage')))(
      'do not answer under a foreign name (%s)',
      async route => {
        for (const host of [
          'evil.example',
          `evil.example:${port}`,
          `localhost.evil.example:${port}`,
          `127.0.0.1.evil.example:${port}`,
        ]) {
          expect(await ask(route, [`Host: ${host}`])).toMatch(
            /^HTTP\/1.1 421 /,
          );
        }
      },
    );

    it.each([
      'Origin: https://evil.example',
      'Origin: null',
      'Origin: http://localhost.evil.example',
      'Sec-Fetch-Site: cross-site',
    ])('change nothing for another page (%s)', async header => {
      for (const path of [
        '/api/model-ci/pipelines/default/model/runs',
        '/api/model-ci-git/tokens',
        '/api/catalog/locations',
      ]) {
        const headers = [header, 'Content-Length: 0'];
        expect(await ask(path, headers, 'POST')).toMatch(/^HTTP\/1.1 403 /);
      }
    });

    it('open no WebSocket for another page', async () => {
      for (const path of [ENDPOINT, '/api/signals']) {
        const answer = await ask(path, [
          'Origin: https://evil.example',
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Version: 13',
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        ]);
        expect(answer).toMatch(/^HTTP\/1.1 403 /);
      }
    });
  });

  it.each(ROUTES)('answer an offer of another protocol (%s)', async route => {
    for (const protocol of ['h2c', 'nonsense']) {
      const answer = await ask(route, [
        'Connection: Upgrade, HTTP2-Settings',
        `Upgrade: ${protocol}`,
        'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
      ]);
      expect(answer).toMatch(/^HTTP\/1.1 [234]\d\d /);
    }
  });

  describe('towards models', () => {
    it.each(Object.entries(ANSWERS))(
      'pass on nothing but an answer (%s)',
      async (name, [, expected]) => {
        expect(await ask(`${ENDPOINT}/${name}`)).toMatch(expected);
      },
    );

    it('let no body follow an answer to HEAD', async () => {
      expect(await ask(`${ENDPOINT}/after-body`, [], 'HEAD')).not.toMatch(
        /hi|second/,
      );
    });

    it('do not say who calls', async () => {
      const answer = await ask(`${ENDPOINT}/seen`, [
        ...IDENTITY,
        'X-Model-Temperature: 1',
      ]);
      expect(answer).toMatch(/x-model-temperature: 1/i);
      expect(answer).not.toMatch(/alice/);
      expect(answer).not.toContain(alice.token);
    });

    it('stand callers that leave at any moment', async () => {
      await Promise.all(
        Array.from(
          { length: 60 },
          (_, index) =>
            new Promise<void>(resolve => {
              const socket = connect(port, '127.0.0.1', () => {
                socket.write(
                  `POST ${ENDPOINT}/seen HTTP/1.1\r\nHost: localhost:${port}\r\nAuthorization: Bearer ${alice.token}\r\nContent-Length: 100000\r\n\r\nbegun`,
                );
                setTimeout(() => socket.resetAndDestroy(), index * 5);
              });
              socket.on('error', () => {});
              socket.on('close', () => resolve());
            }),
        ),
      );
      expect(await ask(`${ENDPOINT}/seen`)).toMatch(/^HTTP\/1.1 200 /);
    });
  });
});
