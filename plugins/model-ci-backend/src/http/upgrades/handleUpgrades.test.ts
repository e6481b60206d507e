import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { handleUpgrades } from './handleUpgrades';

const HANDSHAKE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';

describe('handleUpgrades', () => {
  let server: Server;
  let port: number;

  beforeEach(async () => {
    server = createServer(async (req, res) => {
      const body = await text(req);
      res.setHeader('Connection', 'close');
      res.end(`${req.method} ${req.url} ${body}`);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** As the signals plugin does: it takes its own path and passes over all others. */
  function listenElsewhere() {
    server.on('upgrade', (req, socket) => {
      if (req.url === '/signals') {
        socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\ntheirs');
      }
    });
  }

  function install(claimLimit = 50) {
    return handleUpgrades(
      server,
      {
        wants: req => req.url === '/own',
        handle: (_req, socket) => socket.end('ours'),
      },
      { claimLimit },
    );
  }

  function send(bytes: string): Socket {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(bytes);
    return socket;
  }

  const REQUESTS: Array<[string, string]> = [
    [
      "Java's HTTP client",
      'POST /a HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nContent-Length: 7\r\nHost: a\r\nHTTP2-Settings: AAEAAEAA\r\nUpgrade: h2c\r\n\r\n{"a":1}',
    ],
    [
      'curl --http2',
      'POST /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{"a":1}\r\n0\r\n\r\n',
    ],
  ];

  it.each(REQUESTS)('answers %s as HTTP/1.1', async (_, bytes) => {
    listenElsewhere();
    install(60_000);
    expect(await text(send(bytes))).toMatch(
      /^HTTP\/1.1 200 OK[^]*POST \/a \{"a":1\}/,
    );
  });

  it('answers a WebSocket that nobody takes, after a while', async () => {
    listenElsewhere();
    install();
    expect(
      await text(send(`GET /other HTTP/1.1\r\nHost: a\r\n${HANDSHAKE}`)),
    ).toMatch(/^HTTP\/1.1 200 OK[^]*GET \/other/);
  });

  it('answers a WebSocket at once where nobody else listens', async () => {
    install(60_000);
    expect(
      await text(send(`GET /other HTTP/1.1\r\nHost: a\r\n${HANDSHAKE}`)),
    ).toMatch(/^HTTP\/1.1 200 OK[^]*GET \/other/);
  });

  it('takes its own, and leaves to others what is theirs', async () => {
    listenElsewhere();
    install();
    expect(
      await text(send(`GET /own HTTP/1.1\r\nHost: a\r\n${HANDSHAKE}`)),
    ).toBe('ours');
    expect(
      await text(send(`GET /signals HTTP/1.1\r\nHost: a\r\n${HANDSHAKE}`)),
    ).toMatch(/theirs$/);
  });

  it('leaves a WebSocket alone that somebody takes slowly', async () => {
    server.on('upgrade', (_req, socket) => {
      socket.on('data', () => {});
      setTimeout(() => socket.end('late'), 150);
    });
    install();
    expect(
      await text(send(`GET /slow HTTP/1.1\r\nHost: a\r\n${HANDSHAKE}`)),
    ).toBe('late');
  });

  it('outlives callers that vanish while they wait', async () => {
    listenElsewhere();
    install(60_000);
    const socket = send(`GET /other HTTP/1.1\r\nHost: a\r\n${HANDSHAKE}`);
    const [, peer] = await once(server, 'upgrade');
    socket.resetAndDestroy();
    await new Promise(resolve => {
      peer.once('close', resolve);
    });
    expect(peer.destroyed).toBe(true);
  });

  it('can be undone', async () => {
    install()();
    expect(server.listenerCount('upgrade')).toBe(0);
  });
});
