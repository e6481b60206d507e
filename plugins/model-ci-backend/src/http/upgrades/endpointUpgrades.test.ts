import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { mockCredentials } from '@backstage/backend-test-utils';
import request from 'supertest';
import WebSocket from 'ws';
import { createTestDatabases } from '../../database/testDatabase';
import { TestPortal } from '../testing/TestPortal';

const databases = createTestDatabases();
jest.setTimeout(120_000);

describe.each(databases.ids)('upgrades at the backend on %s', id => {
  let portal: TestPortal;

  beforeAll(async () => {
    portal = await TestPortal.start({
      db: await databases.init(id),
      config: { limits: { user: { webSockets: 1 } } },
    });
    // As the signals plugin has it, once somebody has a page open.
    portal.server.on('upgrade', () => {});
    await request(portal.server).get('/api/model-ci/environments');
  });

  afterAll(() => portal?.stop());

  beforeEach(() => portal.policy.reset());

  async function refusalOf(
    options: { path?: string; protocols?: string[]; token?: string } = {},
  ): Promise<{ status: number; message: string }> {
    const path = options.path ?? '/endpoints/staging/default/mine/stream';
    const socket = new WebSocket(
      `${portal.baseUrl.replace('http', 'ws')}${path}`,
      options.protocols,
      options.token
        ? { headers: { Authorization: `Bearer ${options.token}` } }
        : {},
    );
    socket.on('error', () => {});
    const [, response]: [unknown, IncomingMessage] = (await once(
      socket,
      'unexpected-response',
    )) as [unknown, IncomingMessage];
    const body = JSON.parse(await text(response));
    return { status: response.statusCode ?? 0, message: body.error.message };
  }

  it('answers offers of HTTP/2 on every route as HTTP/1.1', async () => {
    for (const [path, status] of [
      ['/api/model-ci/environments', 200],
      ['/api/model-ci/endpoints/staging/default/mine/x', 503],
      ['/api/other/thing', 404],
    ] as const) {
      const answer = await request(portal.server)
        .get(path)
        .set('Connection', 'Upgrade, HTTP2-Settings')
        .set('HTTP2-Settings', 'AAMAAABkAAQAoAAAAAIAAAAA')
        .set('Upgrade', 'h2c');
      expect([path, answer.status]).toEqual([path, status]);
    }
  });

  it('asks for credentials, by header or subprotocol and never by cookie', async () => {
    expect(await refusalOf()).toMatchObject({ status: 401 });
    const token = mockCredentials.user.token();
    const served = {
      status: 503,
      message: expect.stringContaining('No version of'),
    };
    expect(await refusalOf({ token })).toEqual(served);
    expect(
      await refusalOf({ protocols: ['model-ci', `model-ci.bearer.${token}`] }),
    ).toEqual(served);
  });

  it('asks for the same permission as requests', async () => {
    portal.policy.denied = ['model-ci.endpoint.invoke'];
    const token = mockCredentials.user.token();
    expect(await refusalOf({ token })).toEqual({
      status: 403,
      message:
        "You lack the permission 'model-ci.endpoint.invoke' for 'modelpipeline:default/mine'",
    });
  });

  it('refuses what is no endpoint', async () => {
    const token = mockCredentials.user.token();
    expect(
      await refusalOf({ token, path: '/endpoints/staging/default/a%00b' }),
    ).toMatchObject({ status: 400 });
    expect(
      await refusalOf({
        token,
        path: '/endpoints/staging/default/mine/..%2fx',
      }),
    ).toMatchObject({ status: 400 });
  });
});
