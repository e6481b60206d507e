import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';

/** Passes connections on to a server; closed, it breaks those that there are and refuses others. */
export async function startProxy(target: string, onRequest = () => {}) {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    const onward = connect(Number(port), hostname);
    for (const side of [socket, onward]) {
      sockets.add(side);
      side.on('error', () => {});
      side.on('close', () => {
        sockets.delete(side);
        socket.destroy();
        onward.destroy();
      });
    }
    socket.on('data', onRequest);
    socket.pipe(onward).pipe(socket);
  });
  const listen = async (own: number) => {
    server.listen(own, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}`,
    open: () => listen(own),
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      sockets.forEach(socket => socket.destroy());
      await closed;
    },
  };
}

/** The same behind a certificate of its own authority. */
export async function startTlsProxy(target: string) {
  const { hostname, port } = new URL(target);
  const { key, cert } = createCertificate();
  const server = createTlsServer({ key, cert }, socket => {
    const onward = connect(Number(port), hostname);
    for (const side of [socket, onward]) {
      side.on('error', () => {});
      side.on('close', () => {
        socket.destroy();
        onward.destroy();
      });
    }
    socket.pipe(onward).pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${own}`,
    ca: cert,
    async close() {
      server.close();
      await once(server, 'close');
    },
  };
}

function createCertificate(): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 's3-tls-'));
  try {
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'],
        ...['-subj', '/CN=store', '-addext', 'subjectAltName=IP:127.0.0.1'],
        ...['-keyout', 'key.pem', '-out', 'cert.pem'],
      ],
      { cwd: folder, stdio: 'pipe' },
    );
    return {
      key: readFileSync(join(folder, 'key.pem'), 'utf8'),
      cert: readFileSync(join(folder, 'cert.pem'), 'utf8'),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
