import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { ServiceRequest } from './serviceRequest';

/**
 * What a model may see of a request. Everything else stays in the portal: a proxy in front of it may add who the
 * caller is, or secrets of its own, under names that nobody here can know.
 */
const FOR_SERVICES = [
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'anthropic-beta',
  'anthropic-version',
  'cache-control',
  'ce-*',
  'content-digest',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-type',
  'digest',
  'idempotency-key',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'inference-header-content-length',
  'last-event-id',
  'openai-*',
  'pragma',
  'prefer',
  'range',
  'traceparent',
  'tracestate',
  'user-agent',
  'x-correlation-id',
  'x-model-*',
  'x-request-id',
];

/** What a WebSocket handshake needs beside them. */
const FOR_WEB_SOCKETS = [
  'sec-websocket-extensions',
  'sec-websocket-key',
  'sec-websocket-version',
];

/** Headers of a request on its way to a service. `allowed` are further names from app-config. */
export function toServiceHeaders(
  request: ServiceRequest,
  options: { host: string; prefix: string; allowed: readonly string[] },
): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {
    ...pickHeaders(request.headers, [...FOR_SERVICES, ...options.allowed]),
    host: options.host,
    'x-forwarded-for': request.callerAddress,
    'x-forwarded-host': request.headers.host ?? '',
    'x-forwarded-proto': request.protocol,
    'x-forwarded-prefix': options.prefix,
  };
  if (
    hasBody(request.headers) &&
    request.headers['content-length'] === undefined
  ) {
    // Node frames the bodies of some methods only when asked to; an unframed one would read as the next request.
    headers['transfer-encoding'] = 'chunked';
  }
  return headers;
}

/** Headers of a WebSocket's handshake on its way to a service. */
export function toHandshakeHeaders(
  request: ServiceRequest,
  options: {
    host: string;
    prefix: string;
    allowed: readonly string[];
    protocols: readonly string[];
  },
): OutgoingHttpHeaders {
  const { protocols } = options;
  return {
    ...toServiceHeaders(request, options),
    ...pickHeaders(request.headers, FOR_WEB_SOCKETS),
    connection: 'Upgrade',
    upgrade: 'websocket',
    ...(protocols.length > 0 && {
      'sec-websocket-protocol': protocols.join(', '),
    }),
  };
}

/** The headers that a list names; an entry that ends in `*` names all that begin so. */
export function pickHeaders(
  headers: IncomingHttpHeaders,
  names: readonly string[],
): IncomingHttpHeaders {
  const exact = new Set(names);
  const beginnings = names
    .filter(name => name.endsWith('*'))
    .map(name => name.slice(0, -1));
  // Named in `Connection`, a header is meant for the connection that it came over.
  const perConnection = new Set(
    (headers.connection ?? '').toLowerCase().split(/[\s,]+/),
  );
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) =>
        !perConnection.has(name) &&
        (exact.has(name) || beginnings.some(start => name.startsWith(start))),
    ),
  );
}

/** Whether a request brings bytes of its own. */
export function hasBody(headers: IncomingHttpHeaders): boolean {
  return (
    headers['transfer-encoding'] !== undefined ||
    Number(headers['content-length'] ?? 0) > 0
  );
}
