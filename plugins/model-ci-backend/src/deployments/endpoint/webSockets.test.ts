import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import WebSocket, { WebSocketServer } from 'ws';
import { createTestDatabases } from '../../database/testDatabase';
import { readProtocols } from '../../http/upgrades/readProtocols';
import type { Deployments } from '../createDeployments';
import type { DeploymentSettings } from '../settings';
import { actorOf, ALICE, Fixture, PIPELINE } from '../testing/createFixture';
import { ENDPOINT, until } from '../testing/EndpointClient';

const databases = createTestDatabases();
describe.each(databases.ids)('a WebSocket to an endpoint on %s', databaseId => {
  let fixture: Fixture;
  let replica: Deployments;
  let server: Server;
  let model: WebSocketServer;

  beforeEach(async () => {
    fixture = new Fixture(await databases.init(databaseId));
    await fixture.registerVersion(1);
    model = new WebSocketServer({ noServer: true });
    fixture.host.upgrade = (req, socket, head) =>
      model.handleUpgrade(req, socket, head, peer =>
        peer.on('message', data => peer.send(`${req.url}: ${data}`)),
      );
  });

  afterEach(async () => {
    fixture.stopping.abort();
    server?.close();
    await fixture.close();
  });

  async function open(
    options: {
      settings?: Partial<DeploymentSettings>;
      protocols?: string[];
    } = {},
  ): Promise<WebSocket> {
    replica = fixture.replica({ settings: options.settings });
    await fixture.serve(replica, 1);
    server = createServer();
    server.on('upgrade', (req, socket, head) => {
      socket.on('error', () => {});
      void replica.endpointUpgrade({
        req,
        socket,
        head,
        key: { environment: 'staging', pipelineRef: PIPELINE },
        path: (req.url ?? '').slice(ENDPOINT.length),
        prefix: ENDPOINT,
        ...readProtocols(req.headers['sec-websocket-protocol']),
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const socket = new WebSocket(
      `ws://127.0.0.1:${port}${ENDPOINT}/stream?x=1`,
      options.protocols,
      { headers: { authorization: 'Bearer secret', cookie: 'secret' } },
    );
    socket.on('error', () => {});
    return socket;
  }

  it('passes messages both ways, and no credentials', async () => {
    let handshake = '';
    model.on('headers', (_headers, req) => {
      handshake = JSON.stringify(req.headers);
    });
    const socket = await open();
    await once(socket, 'open');
    socket.send('hello');
    const [answer] = await once(socket, 'message');
    expect(String(answer)).toBe('/stream?x=1: hello');
    expect(handshake).not.toContain('secret');
    expect(handshake).toContain('"x-forwarded-prefix"');
    socket.send('x'.repeat(200_000));
    const [large] = await once(socket, 'message');
    expect(String(large)).toHaveLength(200_013);
  });

  it("keeps the browser's token from the model, and chooses a protocol where the model chooses none", async () => {
    let offered: string | undefined;
    model.options.handleProtocols = () => false;
    model.on('headers', (_headers, req) => {
      offered = req.headers['sec-websocket-protocol'];
    });
    const socket = await open({
      protocols: ['model-ci', 'model-ci.bearer.abc', 'v1.tokens'],
    });
    await once(socket, 'open');
    expect(offered).toBe('v1.tokens');
    expect(socket.protocol).toBe('model-ci');
  });

  it('ends when the deployment ends', async () => {
    const socket = await open();
    await once(socket, 'open');
    const closed = once(socket, 'close');
    const [{ id }] = (await replica.service.list({ limit: 1 })).items;
    await replica.service.stop(id, actorOf(ALICE));
    fixture.clock.advance(31);
    expect(await replica.loop.cleanServices()).toBe(1);
    await closed;
  });

  it('ends when the backend stops', async () => {
    const socket = await open();
    await once(socket, 'open');
    const closed = once(socket, 'close');
    fixture.stopping.abort();
    await closed;
    expect(fixture.host.runningVersions()).toEqual([1]);
  });

  it('ends when nobody has said anything for too long', async () => {
    const socket = await open({
      settings: { requestTimeout: 50, webSocketTimeout: 50 },
    });
    await once(socket, 'open');
    await once(socket, 'close');
    expect(fixture.host.runningVersions()).toEqual([1]);
  });

  it('ends for the model when the caller goes, and the other way round', async () => {
    const socket = await open();
    await once(socket, 'open');
    const [peer] = [...fixture.host.running(1).sockets];
    socket.terminate();
    await once(peer, 'close');
    const { sockets } = fixture.host.running(1);
    await until(async () => sockets.size === 0);
    expect(sockets.size).toBe(0);
  });

  it.each([
    [
      'no handshake',
      'HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      502,
    ],
    [
      'another protocol',
      'HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
      502,
    ],
    ['nothing', '', 502],
    [
      'an error of its own',
      'HTTP/1.1 418 X\r\nContent-Length: 2\r\nSet-Cookie: a=b\r\n\r\nno',
      418,
    ],
  ])(
    'is answered as HTTP where the model answers %s',
    async (_, answer, status) => {
      fixture.host.upgrade = (_req, socket) => socket.end(answer);
      const socket = await open();
      const [, response] = await once(socket, 'unexpected-response');
      expect(response.statusCode).toBe(status);
      expect(response.headers['set-cookie']).toBeUndefined();
    },
  );

  it('is refused where nothing serves', async () => {
    fixture.host.sick.add(1);
    const socket = await open();
    const [, response] = await once(socket, 'unexpected-response');
    expect(response.statusCode).toBe(503);
  });
});
