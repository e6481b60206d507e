import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type EndpointOptions, toRefusal } from './createEndpointProxy';
import type { EndpointKey } from './EndpointDirectory';
import { forwardUpgrade } from './forwardUpgrade';
import { pathClimbs, type Refusal } from './refusals';
import { resolveTarget } from './resolveTarget';
import { sendError } from './sendError';
import { climbs, fromUpgradeRequest } from './serviceRequest';

/** A handshake to an endpoint, whose caller may invoke it. */
export interface EndpointHandshake {
  req: IncomingMessage;
  socket: Duplex;
  /** What came behind the handshake. */
  head: Buffer;
  key: EndpointKey;
  /** Path and query behind the endpoint's own. */
  path: string;
  prefix: string;
  /** Subprotocols that are the service's to choose from. */
  protocols: readonly string[];
  ownProtocol?: string;
}

/** Joins WebSockets with whatever version serves; resolves once one has ended. */
export type EndpointUpgrade = (handshake: EndpointHandshake) => Promise<void>;

export function createEndpointUpgrade(
  options: EndpointOptions & { stopping: AbortSignal },
): EndpointUpgrade {
  return async handshake => {
    const { req, socket } = handshake;
    const refusal = await open(handshake, options);
    if (refusal) {
      sendError(req, respondTo(req, socket), refusal);
    }
  };
}

async function open(
  handshake: EndpointHandshake,
  options: EndpointOptions & { stopping: AbortSignal },
): Promise<Refusal | undefined> {
  const { req, socket, key, path, prefix } = handshake;
  if (climbs(path)) {
    return pathClimbs();
  }
  const resolved = await resolveTarget(key, options);
  if (resolved.type === 'refused') {
    return resolved.refusal;
  }
  const { target } = resolved;
  const request = fromUpgradeRequest(req, path, prefix);
  const endRequest = options.directory.beginRequest(target.id);
  try {
    const result = await forwardUpgrade(
      handshake,
      () => respondTo(req, socket),
      {
        ...options,
        target,
        request,
        portalOrigin: `${request.protocol}://${req.headers.host}`,
        protocols: handshake.protocols,
        ownProtocol: handshake.ownProtocol,
        silence: Math.max(target.timeouts.silence, options.webSocketSilence),
      },
    );
    return toRefusal(result, { key, target, options });
  } finally {
    endRequest();
  }
}

/** A response on the connection of a handshake, which is closed after it. */
export function respondTo(
  req: IncomingMessage,
  socket: Duplex,
): ServerResponse {
  const res = new ServerResponse(req);
  res.shouldKeepAlive = false;
  // What Node hands out with 'upgrade' is the connection itself, which the types do not say.
  res.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
  res.once('finish', () => socket.end());
  return res;
}
