import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { respondTo } from '../../deployments/endpoint/createEndpointUpgrade';

/** Who takes the upgrades of some paths. */
export interface UpgradeHandler {
  wants(req: IncomingMessage): boolean;
  handle(req: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Node's server, with what its types may not know yet (Node 22.21, 24.9). */
type UpgradingServer = Server & {
  shouldUpgradeCallback?: (req: IncomingMessage) => boolean;
};

/**
 * How long another listener may take to claim a WebSocket, milliseconds. Not configuration: it only has to be longer
 * than a token takes to be checked.
 */
const CLAIM_LIMIT = 10_000;

/**
 * Has a server take our upgrades, and answers as HTTP/1.1 what nobody takes.
 *
 * Node answers a request with `Upgrade` by itself only while nobody listens for 'upgrade', and such listeners pass over
 * the paths of others: as soon as one plugin has WebSockets, everybody else's clients that merely offer HTTP/2 (Java's,
 * `curl --http2`) would wait for ever. Answers what undoes it.
 */
export function handleUpgrades(
  server: UpgradingServer,
  own: UpgradeHandler,
  options: { claimLimit?: number } = {},
): () => void {
  const before = server.shouldUpgradeCallback;
  const onUpgrade = (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node has left the connection to us, and a caller that vanishes must not end the process.
    socket.on('error', () => socket.destroy());
    if (own.wants(req)) {
      own.handle(req, socket, head);
    } else {
      answerUnclaimed(server, { req, socket }, options.claimLimit);
    }
  };
  server.on('upgrade', onUpgrade);
  server.shouldUpgradeCallback = req =>
    own.wants(req) ||
    (server.listenerCount('upgrade') > 1 &&
      !isHttp2(req) &&
      (before?.call(server, req) ?? true));
  return () => {
    server.off('upgrade', onUpgrade);
    server.shouldUpgradeCallback = before;
  };
}

/** A server of HTTP/1.1 cannot go on as HTTP/2, whoever listens. */
function isHttp2(req: IncomingMessage): boolean {
  const offered = req.headers.upgrade?.toLowerCase().split(/[\s,]+/) ?? [];
  return offered.includes('h2c') || offered.includes('h2');
}

/** Somebody who takes an upgrade reads the connection or writes to it; if nobody does, HTTP has to answer. */
function answerUnclaimed(
  server: Server,
  { req, socket }: { req: IncomingMessage; socket: Duplex },
  claimLimit = CLAIM_LIMIT,
): void {
  const written = req.socket.bytesWritten;
  // A Node that cannot ask before it gives the connection away has given it to us alone.
  const isOurs = server.listenerCount('upgrade') === 1 || isHttp2(req);
  const timer = setTimeout(
    () => {
      const isClaimed =
        socket.destroyed ||
        req.socket.bytesWritten !== written ||
        socket.listenerCount('data') > 0 ||
        socket.listenerCount('readable') > 0;
      if (!isClaimed) {
        server.emit('request', req, respondTo(req, socket));
      }
    },
    isOurs ? 0 : claimLimit,
  );
  timer.unref();
}
