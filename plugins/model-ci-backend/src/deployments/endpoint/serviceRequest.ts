import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { Request } from 'express';

/** A request to an endpoint, as the service is to see it. */
export interface ServiceRequest {
  method: string;
  headers: IncomingMessage['headers'];
  /** The part of the URL that is the service's own, as it was sent. */
  path: string;
  /** What stands before it in the portal. */
  prefix: string;
  callerAddress: string;
  protocol: string;
}

/** Reads a request that Express routed to an endpoint. */
export function fromExpressRequest(req: Request): ServiceRequest {
  const path = servicePath(req);
  return {
    method: req.method,
    headers: req.headers,
    path,
    prefix: removeEnd(withoutQuery(req.originalUrl), withoutQuery(path)),
    callerAddress: req.ip ?? '',
    protocol: req.protocol,
  };
}

/** Reads a handshake, which Express never sees. */
export function fromUpgradeRequest(
  req: IncomingMessage,
  path: string,
  prefix: string,
): ServiceRequest {
  return {
    method: 'GET',
    headers: req.headers,
    path,
    prefix,
    callerAddress: req.socket.remoteAddress ?? '',
    protocol: req.socket instanceof TLSSocket ? 'https' : 'http',
  };
}

/** Services and proxies take encoded dots and slashes for plain ones, each in its own way. */
export function climbs(url: string): boolean {
  return withoutQuery(url)
    .replace(/%2e/gi, '.')
    .split(/[/\\]|%2f|%5c/i)
    .includes('..');
}

export function withoutQuery(url: string): string {
  return url.split('?', 1)[0];
}

function servicePath(req: Request): string {
  const isRoute = req.params[0] !== undefined;
  const rest = isRoute
    ? req.url.replace(/^\/endpoints\/[^/?]+\/[^/?]+\/[^/?]+/, '')
    : req.url;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function removeEnd(text: string, end: string): string {
  return text.endsWith(end) ? text.slice(0, -end.length) : text;
}
