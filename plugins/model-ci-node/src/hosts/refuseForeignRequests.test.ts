import { once } from 'node:events';
import {
  createServer,
  request,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ConfigReader } from '@backstage/config';
import { readHostRules } from './readHostRules';
import { refuseForeignRequests } from './refuseForeignRequests';

type Handler = Parameters<
  Parameters<typeof refuseForeignRequests>[0]['app']['use']
>[0];

/** A server with one handler after the other, as Express has them, and one that accepts every upgrade. */
async function start(data: object = {}) {
  const handlers: Handler[] = [];
  const server = createServer((req: IncomingMessage, res: ServerResponse) => {
    const next = (index: number) => () =>
      handlers[index](req, res, next(index + 1));
    next(0)();
  });
  const app = { use: (handler: Handler) => handlers.push(handler) };
  const config = new ConfigReader({
    app: { baseUrl: 'http://localhost:3000' },
    backend: {
      baseUrl: 'https://portal.example',
      cors: { origin: ['https://*.partner.example'] },
      ...data,
    },
    modelCi: { allowedHosts: ['behind-the-proxy'] },
  });
  refuseForeignRequests({ app, server, config });
  app.use((_req, res) => void res.end('served'));
  server.on('upgrade', (_req, socket) => {
    socket.end(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('requests to a backend that refuses those of other sites', () => {
  let server: Awaited<ReturnType<typeof start>>;
  let port: number;

  beforeAll(async () => {
    server = await start();
    ({ port } = server.address() as AddressInfo);
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  async function send(
    headers: Record<string, string>,
    { method = 'GET', path = '/api/model-ci/runs' } = {},
  ) {
    const sent = request({ host: '127.0.0.1', port, method, path, headers });
    sent.end();
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve);
      sent.once('upgrade', response => resolve(response));
      sent.once('error', reject);
    });
    return {
      status: answer.statusCode,
      body: answer.statusCode === 101 ? '' : await text(answer),
    };
  }

  const webSocket = { Connection: 'Upgrade', Upgrade: 'websocket' };

  it.each([
    'portal.example',
    'PORTAL.example:443',
    'localhost:7007',
    'localhost:3000',
    '127.0.0.1:7007',
    '[::1]:7007',
    '10.1.2.3:7007',
    'behind-the-proxy:8080',
  ])('are served to %s, a name of its own', async host => {
    await expect(send({ Host: host })).resolves.toEqual({
      status: 200,
      body: 'served',
    });
  });

  it.each([
    'evil.example',
    'evil.example:7007',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'portal.example.evil.example',
    'evil.example@localhost',
    'localhost:7007/x',
    'behind-the-proxy.evil.example',
  ])('are misdirected under the name %s, whatever they ask for', async host => {
    for (const [method, extra] of [
      ['GET', {}],
      ['POST', {}],
      ['POST', { Origin: `http://${host}` }],
      ['GET', webSocket],
    ] as const) {
      const answer = await send({ Host: host, ...extra }, { method });
      expect(answer.status).toBe(421);
      expect(JSON.parse(answer.body).error.message).toContain(
        'modelCi.allowedHosts',
      );
    }
  });

  it.each([
    'http://evil.example',
    'http://localhost:9999',
    'http://portal.example.evil.example',
    'https://partner.example.evil.example',
    'null',
  ])('may change nothing when they come from a page of %s', async origin => {
    const headers = { Host: 'localhost:7007', Origin: origin };
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await send(headers, { method });
      expect(answer.status).toBe(403);
      expect(JSON.parse(answer.body).error.name).toBe('NotAllowedError');
    }
    const opened = await send({ ...headers, ...webSocket });
    expect(opened.status).toBe(403);
    expect(opened.body).toContain(origin);
  });

  it.each([
    'http://localhost:3000',
    'https://portal.example',
    'https://a.partner.example',
    // Of the very address that the request came to, such as a forwarded port
    'http://localhost:7007',
  ])('are served when they come from a page of %s', async origin => {
    const headers = { Host: 'localhost:7007', Origin: origin };
    await expect(send(headers, { method: 'POST' })).resolves.toMatchObject({
      status: 200,
    });
    await expect(send({ ...headers, ...webSocket })).resolves.toMatchObject({
      status: 101,
    });
  });

  it('are served when they come from programs, which have no origin', async () => {
    const headers = { Host: 'localhost:7007' };
    await expect(send(headers, { method: 'POST' })).resolves.toMatchObject({
      status: 200,
    });
    await expect(send({ ...headers, ...webSocket })).resolves.toMatchObject({
      status: 101,
    });
    await expect(
      send({ ...headers, 'Sec-Fetch-Site': 'cross-site' }, { method: 'POST' }),
    ).resolves.toMatchObject({ status: 403 });
  });

  it('may be the form of an identity provider, for its callback alone', async () => {
    const headers = { Host: 'portal.example', Origin: 'https://login.example' };
    const post = (path: string) => send(headers, { method: 'POST', path });
    await expect(post('/api/auth/saml/handler/frame')).resolves.toMatchObject({
      status: 200,
    });
    await expect(post('/api/auth/saml/logout')).resolves.toMatchObject({
      status: 403,
    });
  });

  it('are served when they are health checks', async () => {
    await expect(
      send(
        { Host: 'pod-17.cluster' },
        { path: '/.backstage/health/v1/readiness' },
      ),
    ).resolves.toMatchObject({ status: 200 });
  });

  it.each(['http://a', 'a:80', '*', '*.example', ''])(
    "stop start-up where modelCi.allowedHosts holds '%s'",
    name => {
      const config = new ConfigReader({ modelCi: { allowedHosts: [name] } });
      expect(() => readHostRules(config)).toThrow('modelCi.allowedHosts');
    },
  );

  it('are served to the name that the backend listens on', async () => {
    const other = await start({ listen: { host: 'inside', port: 7007 } });
    const { port: otherPort } = other.address() as AddressInfo;
    const sent = request({
      host: '127.0.0.1',
      port: otherPort,
      headers: { Host: 'inside:7007' },
    });
    sent.end();
    const [answer] = await once(sent, 'response');
    expect(answer.statusCode).toBe(200);
    answer.resume();
    other.closeAllConnections();
    other.close();
  });
});
