import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { toPortalLocation, type EndpointPlace } from './portalLocation';
import { pickHeaders } from './requestHeaders';

/** What a model may say in the name of the portal: what its answer is, and nothing of what a browser is to do. */
const FROM_SERVICES = [
  'accept-ranges',
  'age',
  'allow',
  'cache-control',
  'ce-*',
  'content-digest',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-range',
  'content-type',
  'digest',
  'etag',
  'expires',
  'inference-header-content-length',
  'last-modified',
  'openai-*',
  'pragma',
  'retry-after',
  'traceparent',
  'vary',
  'x-correlation-id',
  'x-model-*',
  'x-ratelimit-*',
  'x-request-id',
];

/** Headers of a service's answer on its way to the caller. `allowed` are further names from app-config. */
export function toCallerHeaders(
  received: IncomingHttpHeaders,
  options: EndpointPlace & {
    status: number;
    version: number;
    allowed: readonly string[];
  },
): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = pickHeaders(received, [
    ...FROM_SERVICES,
    ...options.allowed,
  ]);
  for (const name of ['location', 'content-location'] as const) {
    const value = toPortalLocation(received[name], options);
    if (value !== undefined) {
      headers[name] = value;
    }
  }
  if (options.status === 204) {
    // Such an answer has no body, and a length would make callers wait for one.
    delete headers['content-length'];
  } else if (received['content-length'] === undefined) {
    // It comes as it is made. Proxies that buffer answers, nginx first of all, are asked not to.
    headers['x-accel-buffering'] = 'no';
  }
  return {
    ...headers,
    'cache-control': toPortalCaching(received['cache-control'] ?? ''),
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
    'x-model-version': String(options.version),
  };
}

/**
 * Who may invoke the endpoint is the portal's to say. A cache on the way must not answer others with what one of them
 * was answered, which some directives would allow although the request was authorized. And what streams must pass as
 * it comes: compression on the way would hold it back, and make lengths, ranges and ETags untrue.
 */
function toPortalCaching(directives: string): string {
  const kept = directives
    .split(',')
    .map(directive => directive.trim())
    .filter(
      directive =>
        directive !== '' &&
        !/^(public|private|s-maxage|must-revalidate|no-transform)\b/i.test(
          directive,
        ),
    );
  return ['private', ...kept, 'no-transform'].join(', ');
}
