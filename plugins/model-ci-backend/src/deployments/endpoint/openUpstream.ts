import {
  Agent,
  type ClientRequest,
  type IncomingMessage,
  request,
} from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
import { Agent as TlsAgent, request as requestTls } from 'node:https';
import { Readable } from 'node:stream';
import type { ServiceRoute } from '@model-ci/backstage-plugin-model-ci-node';

/** Where a service is, and how requests get there. */
export interface Upstream {
  /** The service's own. */
  url: string;
  /** Absent where that is how it is reached. */
  route?: ServiceRoute;
}

/**
 * Connections are kept for requests that may be repeated. Any other gets one of its own: it could otherwise
 * meet a kept one that the service is just closing, and nobody could tell whether it was acted on.
 */
const kept = {
  plain: new Agent({ keepAlive: true, maxFreeSockets: 64 }),
  tls: new TlsAgent({ keepAlive: true, maxFreeSockets: 64 }),
};

/** Bytes that a gateway's own answer may have. */
const MAX_REFUSAL_BYTES = 16 * 1024;

/** What stands before a service's own paths, without a slash at its end. */
export function basePath({ url, route }: Upstream): string {
  return new URL(route?.url ?? url).pathname.replace(/\/+$/, '');
}

/** Host and port that requests go to. */
export function upstreamHost({ url, route }: Upstream): string {
  return new URL(route?.url ?? url).host;
}

/** Opens a request to a service. The path comes from outside: it is never resolved as a URL, so it leads to no other host. */
export function openUpstream(
  upstream: Upstream,
  options: {
    method?: string;
    path: string;
    headers?: OutgoingHttpHeaders;
    keepsConnection?: boolean;
    signal?: AbortSignal;
  },
): ClientRequest {
  const { route } = upstream;
  const { protocol, hostname, port } = new URL(route?.url ?? upstream.url);
  const isTls = protocol === 'https:';
  const common = {
    // An IPv6 address stands in brackets in a URL, and in none here.
    host: hostname.replace(/^\[|\]$/g, ''),
    ...(port !== '' && { port }),
    ...(options.method !== undefined && { method: options.method }),
    path: `${basePath(upstream)}${options.path}`,
    headers: { ...options.headers, ...route?.headers },
    ...(options.signal && { signal: options.signal }),
  };
  return isTls
    ? requestTls({
        ...common,
        ...route?.tls,
        agent: options.keepsConnection ? kept.tls : false,
      })
    : request({
        ...common,
        agent: options.keepsConnection ? kept.plain : false,
      });
}

/** An answer, or why a gateway gave another one in its place. */
export type Opened =
  | { answer: IncomingMessage; body: Readable }
  | { refusal: string };

/**
 * Tells a gateway's own answers from those of the service behind it. Calls back at once where there is no gateway: what
 * follows the head of an answer may be an error, which must not be the first that is heard of it.
 */
export function openAnswer(
  answer: IncomingMessage,
  { route }: Upstream,
  onOpened: (opened: Opened) => void,
  onFailure: (error: Error) => void,
): void {
  const { statusCode = 0, headers } = answer;
  const isJson = /\bjson\b/.test(headers['content-type'] ?? '');
  if (!route?.refusal || statusCode < 400 || !isJson) {
    onOpened({ answer, body: answer });
    return;
  }
  readRefusal(answer, route.refusal).then(onOpened, onFailure);
}

async function readRefusal(
  answer: IncomingMessage,
  refusalOf: NonNullable<ServiceRoute['refusal']>,
): Promise<Opened> {
  const parts: Buffer[] = [];
  const rest = answer[Symbol.asyncIterator]();
  let size = 0;
  let ended = false;
  while (!ended && size <= MAX_REFUSAL_BYTES) {
    const next = await rest.next();
    ended = next.done === true;
    if (!next.done) {
      const part: Buffer = next.value;
      parts.push(part);
      size += part.length;
    }
  }
  const refusal = ended
    ? refusalOf(answer.statusCode ?? 0, Buffer.concat(parts).toString())
    : undefined;
  return refusal === undefined
    ? { answer, body: Readable.from(joined(parts, rest)) }
    : { refusal };
}

async function* joined(
  parts: Buffer[],
  rest: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer, void> {
  yield* parts;
  yield* { [Symbol.asyncIterator]: () => rest };
}
