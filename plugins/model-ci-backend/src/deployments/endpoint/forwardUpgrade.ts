import { createHash } from 'node:crypto';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { onceClosed } from '@model-ci/backstage-plugin-model-ci-node';
import { copyHead } from './copyHead';
import type { EndpointTarget } from './EndpointDirectory';
import type { Forwarding } from './forwardRequest';
import { joinSockets } from './joinSockets';
import { openAnswer, openUpstream, upstreamHost } from './openUpstream';
import { toHandshakeHeaders } from './requestHeaders';
import type { ServiceRequest } from './serviceRequest';

export interface UpgradeOptions {
  target: EndpointTarget;
  request: ServiceRequest;
  portalOrigin: string;
  requestHeaders: readonly string[];
  answerHeaders: readonly string[];
  /** Subprotocols that the caller offers the service. */
  protocols: readonly string[];
  /** Chosen where the service chooses none, as browsers refuse an answer without one. */
  ownProtocol?: string;
  /** Milliseconds that neither side says anything. */
  silence: number;
  /** Aborts when the backend stops. */
  stopping: AbortSignal;
}

type Handshake =
  | { type: 'open'; answer: IncomingMessage; service: Duplex; head: Buffer }
  | { type: 'answer'; answer: IncomingMessage; body: Readable }
  | Exclude<Forwarding, { type: 'done' | 'too-large' }>;

/** Names of the headers that complete a handshake, and no others. */
const CHOSEN = ['sec-websocket-accept', 'sec-websocket-extensions'];

/** Opens a WebSocket to a service and joins the two until one of them ends. */
export async function forwardUpgrade(
  caller: { req: IncomingMessage; socket: Duplex; head: Buffer },
  /** Answers the caller as HTTP, where no WebSocket comes about. */
  respond: () => ServerResponse,
  options: UpgradeOptions,
): Promise<Forwarding> {
  const upstream = openHandshake(options);
  const onCallerGone = () => upstream.destroy();
  onceClosed(caller.socket, onCallerGone);
  const result = await receiveHandshake(upstream, options);
  caller.socket.off('close', onCallerGone);
  switch (result.type) {
    case 'open':
      return await join(caller, result, options);
    case 'answer':
      return await relayAnswer(result, respond(), options);
    default:
      upstream.destroy();
      return caller.socket.destroyed ? { type: 'done' } : result;
  }
}

function openHandshake(options: UpgradeOptions): ClientRequest {
  const { target, request: asked } = options;
  const upstream = openUpstream(target, {
    path: asked.path,
    headers: toHandshakeHeaders(asked, {
      host: upstreamHost(target),
      prefix: asked.prefix,
      allowed: options.requestHeaders,
      protocols: options.protocols,
    }),
  });
  upstream.on('error', () => {});
  upstream.end();
  return upstream;
}

function receiveHandshake(
  upstream: ClientRequest,
  { target }: UpgradeOptions,
): Promise<Handshake> {
  return new Promise(resolve => {
    const limit = setTimeout(
      () => end({ type: 'timeout' }),
      target.timeouts.firstByte,
    );
    let isAnswered = false;
    function end(result: Handshake) {
      clearTimeout(limit);
      resolve(result);
    }
    const onFailure = (error?: Error) =>
      end({
        type: 'unreachable',
        mayRepeat: false,
        message: error?.message ?? 'it closed the connection',
      });
    upstream.once('upgrade', (answer, service, head) =>
      end({ type: 'open', answer, service, head }),
    );
    upstream.once('response', answer => {
      isAnswered = true;
      openAnswer(
        answer,
        target,
        opened =>
          'refusal' in opened
            ? onFailure(new Error(opened.refusal))
            : end({ type: 'answer', ...opened }),
        onFailure,
      );
    });
    upstream.once('error', onFailure);
    upstream.once('close', () => {
      if (!isAnswered) {
        onFailure();
      }
    });
  });
}

async function join(
  caller: { req: IncomingMessage; socket: Duplex; head: Buffer },
  open: Extract<Handshake, { type: 'open' }>,
  options: UpgradeOptions,
): Promise<Forwarding> {
  const { answer, service } = open;
  service.on('error', () => {});
  const key = caller.req.headers['sec-websocket-key'] ?? '';
  const chosen = answer.headers['sec-websocket-protocol'];
  if (
    !isUpgradeTo(answer, key) ||
    (chosen !== undefined && !options.protocols.includes(chosen))
  ) {
    service.destroy();
    return { type: 'invalid', message: 'it answered no WebSocket handshake' };
  }
  caller.socket.write(
    toHandshakeAnswer(answer, {
      protocol: chosen ?? options.ownProtocol,
      version: options.target.version,
    }),
  );
  caller.socket.write(open.head);
  service.write(caller.head);
  await joinSockets(caller.socket, service, options);
  return { type: 'done' };
}

/** Whether an answer proves that it is one to this handshake (RFC 6455, 4.1). */
function isUpgradeTo({ headers }: IncomingMessage, key: string): boolean {
  const proof = createHash('sha1')
    .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  return (
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-accept'] === proof
  );
}

function toHandshakeAnswer(
  { headers }: IncomingMessage,
  options: { protocol?: string; version: number },
): string {
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `X-Model-Version: ${options.version}`,
    ...CHOSEN.flatMap(name =>
      headers[name] === undefined ? [] : [`${name}: ${headers[name]}`],
    ),
  ];
  if (options.protocol !== undefined) {
    lines.push(`Sec-WebSocket-Protocol: ${options.protocol}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

async function relayAnswer(
  { answer, body }: Extract<Handshake, { type: 'answer' }>,
  res: ServerResponse,
  options: UpgradeOptions,
): Promise<Forwarding> {
  try {
    copyHead(answer, res, options);
  } catch (error) {
    answer.destroy();
    return { type: 'invalid', message: String(error) };
  }
  const limit = setTimeout(
    () => answer.destroy(),
    options.target.timeouts.silence,
  );
  try {
    await pipeline(body, res);
  } catch {
    res.destroy();
  } finally {
    clearTimeout(limit);
  }
  return { type: 'done' };
}
