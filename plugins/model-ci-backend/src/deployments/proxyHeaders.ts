import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Request } from 'express';

/** Meant for one connection only, so they are made anew for the next one. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** A caller's rights in the portal are not the service's business, nor is what it says of its own way here. */
const NOT_FOR_SERVICES = [
  'authorization',
  'cookie',
  'expect',
  'forwarded',
  'host',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-proto',
  'x-real-ip',
];

/** A service answers from the portal's origin; it has no say in the portal's own rules. */
const NOT_FROM_SERVICES = [
  'alt-svc',
  'clear-site-data',
  'content-security-policy',
  'content-security-policy-report-only',
  'nel',
  'public-key-pins',
  'report-to',
  'reporting-endpoints',
  'service-worker-allowed',
  'set-cookie',
  'set-cookie2',
  'strict-transport-security',
  'www-authenticate',
  'x-content-type-options',
  'x-model-version',
];

/** Headers of a request on its way to a service. */
export function toServiceHeaders(
  req: Request,
  options: { host: string; prefix: string },
): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {
    ...without(req.headers, NOT_FOR_SERVICES),
    host: options.host,
    'x-forwarded-for': req.ip ?? '',
    'x-forwarded-host': req.get('host') ?? '',
    'x-forwarded-proto': req.protocol,
    'x-forwarded-prefix': options.prefix,
  };
  if (hasBody(req) && req.headers['content-length'] === undefined) {
    // Node frames the bodies of some methods only when told to; an unframed one would read as the next request.
    headers['transfer-encoding'] = 'chunked';
  }
  return headers;
}

/** Headers of a service's answer on its way to the caller. */
export function fromServiceHeaders(
  received: IncomingHttpHeaders,
  options: { version: number; serviceOrigin: string; prefix: string },
): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = Object.fromEntries(
    Object.entries(without(received, NOT_FROM_SERVICES)).filter(
      ([name]) => !name.startsWith('access-control-'),
    ),
  );
  const caching = received['cache-control'];
  if (caching !== undefined) {
    headers['cache-control'] = toPrivateCaching(caching);
  }
  if (received.location !== undefined) {
    headers.location = toPortalLocation(received.location, options);
  }
  if (
    received['content-type']?.startsWith('text/event-stream') &&
    received['cache-control'] === undefined
  ) {
    // Compression on the way would hold events back.
    headers['cache-control'] = 'no-cache, no-transform';
  }
  return {
    ...headers,
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
    'x-model-version': String(options.version),
  };
}

/** Whether a request brings bytes of its own. */
export function hasBody(req: Request): boolean {
  return (
    req.headers['transfer-encoding'] !== undefined ||
    Number(req.headers['content-length'] ?? 0) > 0
  );
}

/**
 * Who may invoke the endpoint is the portal's to say. A cache on the way must not answer others with what one of them
 * was answered, which these directives would allow although the request was authorized.
 */
function toPrivateCaching(directives: string): string {
  const kept = directives
    .split(',')
    .map(directive => directive.trim())
    .filter(
      directive =>
        directive !== '' &&
        !/^(public|private|s-maxage|must-revalidate)\b/i.test(directive),
    );
  return ['private', ...kept].join(', ');
}

/** A service knows nothing of the path that it is reached under. */
function toPortalLocation(
  location: string,
  options: { serviceOrigin: string; prefix: string },
): string {
  try {
    const target = new URL(location, `${options.serviceOrigin}/`);
    const isRelative = !/^([a-z][a-z0-9+.-]*:|\/)/i.test(location);
    if (target.origin !== options.serviceOrigin || isRelative) {
      return location;
    }
    return `${options.prefix}${target.pathname}${target.search}${target.hash}`;
  } catch {
    return location;
  }
}

function without(
  headers: IncomingHttpHeaders,
  names: string[],
): IncomingHttpHeaders {
  const listed = (headers.connection ?? '')
    .split(',')
    .map(name => name.trim().toLowerCase());
  const dropped = new Set([...HOP_BY_HOP, ...listed, ...names]);
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !dropped.has(name)),
  );
}
