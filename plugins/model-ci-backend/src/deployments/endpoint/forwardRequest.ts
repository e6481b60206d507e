import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { TLSSocket } from 'node:tls';
import type { Request, Response } from 'express';
import { onceClosed } from '@model-ci/backstage-plugin-model-ci-node';
import type { EndpointTarget } from './EndpointDirectory';
import { copyHead } from './copyHead';
import { openAnswer, openUpstream, upstreamHost } from './openUpstream';
import { hasBody, toServiceHeaders } from './requestHeaders';
import type { ServiceRequest } from './serviceRequest';

/** What became of a request. */
export type Forwarding =
  /** It was answered as far as that went, or the caller went away. */
  | { type: 'done' }
  | { type: 'too-large' }
  | { type: 'timeout' }
  /** What came back is no answer that can be passed on. */
  | { type: 'invalid'; message: string }
  /** Nothing was answered; `mayRepeat` if the service cannot have acted on it, or acting twice does no harm. */
  | { type: 'unreachable'; mayRepeat: boolean; message: string };

export interface ForwardOptions {
  target: EndpointTarget;
  request: ServiceRequest;
  portalOrigin: string;
  requestHeaders: readonly string[];
  answerHeaders: readonly string[];
  maxBytes: number;
  mayRepeat: boolean;
}

type Head =
  | { type: 'answer'; answer: IncomingMessage; body: Readable }
  | Exclude<Forwarding, { type: 'done' }>
  | { type: 'left' };

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Streams a request to a service and its answer back. Never rejects because of what either of them sends. */
export async function forwardRequest(
  req: Request,
  res: Response,
  options: ForwardOptions,
): Promise<Forwarding> {
  if (hasBody(req.headers) && req.readableEnded) {
    throw new Error(
      'The body of a request to an endpoint was read already; mount the endpoint proxy before body parsers',
    );
  }
  const upstream = openRequest(options);
  const onCallerGone = () => upstream.destroy();
  onceClosed(res, onCallerGone);
  try {
    const head = await receiveHead(req, res, upstream, options);
    if (head.type !== 'answer') {
      upstream.destroy();
      return head.type === 'left' ? { type: 'done' } : head;
    }
    if (!upstream.writableEnded) {
      // Answered before everything was sent: what is left of the request is not going to be read.
      res.setHeader('Connection', 'close');
    }
    return await relayAnswer(head, res, options);
  } finally {
    res.off('close', onCallerGone);
    if (!upstream.writableEnded) {
      upstream.destroy();
    }
  }
}

function openRequest({
  target,
  request: asked,
  requestHeaders,
}: ForwardOptions): ClientRequest {
  const upstream = openUpstream(target, {
    method: asked.method,
    path: asked.path,
    headers: toServiceHeaders(asked, {
      host: upstreamHost(target),
      prefix: asked.prefix,
      allowed: requestHeaders,
    }),
    keepsConnection: isSafe(asked),
  });
  // It may fail at any time, also after its answer was passed on; whoever waits for it listens as well.
  upstream.on('error', () => {});
  return upstream;
}

/** Sends the request and waits for the head of the answer, or for what keeps it from coming. */
function receiveHead(
  req: Request,
  res: Response,
  upstream: ClientRequest,
  options: ForwardOptions,
): Promise<Head> {
  const { firstByte } = options.target.timeouts;
  return new Promise(resolve => {
    let sent = false;
    let isAnswered = false;
    const limit = setTimeout(() => end({ type: 'timeout' }), firstByte);
    function end(head: Head) {
      clearTimeout(limit);
      res.off('close', onLeft);
      resolve(head);
    }
    function onLeft() {
      end({ type: 'left' });
    }
    const fail = (error: Error | undefined, isSafeToRepeat: boolean) =>
      // What was taken of the body is not there for another one.
      end(failureOf(error, options, isSafeToRepeat && !req.readableDidRead));
    const onFailure = (error?: Error) =>
      fail(error, !sent || isSafe(options.request));

    onceClosed(res, onLeft);
    upstream.once('response', answer => {
      isAnswered = true;
      openAnswer(
        answer,
        options.target,
        opened =>
          'refusal' in opened
            ? fail(new Error(opened.refusal), true)
            : end({ type: 'answer', ...opened }),
        onFailure,
      );
    });
    upstream.once('upgrade', (_answer, socket) => {
      socket.destroy();
      end({ type: 'invalid', message: 'it switched protocols unasked' });
    });
    upstream.once('error', onFailure);
    upstream.once('close', () => {
      // What was answered before may still be looked at
      if (!isAnswered) {
        onFailure();
      }
    });
    // Nothing of the body is taken before there is a connection, so that it can still go to another one.
    whenConnected(upstream, () => {
      sent = true;
      sendBody(req, upstream, {
        maxBytes: options.maxBytes,
        onProgress: () => limit.refresh(),
        onTooLarge: () => {
          end({ type: 'too-large' });
          upstream.destroy();
        },
      });
    });
  });
}

function failureOf(
  error: (Error & { code?: string }) | undefined,
  options: ForwardOptions,
  isSafeToRepeat: boolean,
): Head {
  const message = error?.message ?? 'it closed the connection';
  if (error?.code?.startsWith('HPE_')) {
    return { type: 'invalid', message };
  }
  return {
    type: 'unreachable',
    mayRepeat: options.mayRepeat && isSafeToRepeat,
    message,
  };
}

function whenConnected(upstream: ClientRequest, send: () => void): void {
  upstream.once('socket', socket => {
    if (socket.connecting) {
      socket.once(
        socket instanceof TLSSocket ? 'secureConnect' : 'connect',
        send,
      );
    } else {
      send();
    }
  });
}

function sendBody(
  req: Request,
  upstream: ClientRequest,
  options: { maxBytes: number; onProgress(): void; onTooLarge(): void },
): void {
  if (!hasBody(req.headers)) {
    upstream.end();
    return;
  }
  let received = 0;
  req.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received > options.maxBytes) {
      req.unpipe(upstream);
      options.onTooLarge();
    } else {
      options.onProgress();
    }
  });
  req.pipe(upstream);
}

async function relayAnswer(
  { answer, body }: Extract<Head, { type: 'answer' }>,
  res: Response,
  options: ForwardOptions,
): Promise<Forwarding> {
  try {
    copyHead(answer, res, options);
  } catch (error) {
    answer.destroy();
    return { type: 'invalid', message: String(error) };
  }
  // Neither of the two may keep the other waiting for ever.
  const limit = setTimeout(
    () => answer.destroy(),
    options.target.timeouts.silence,
  );
  body.on('data', () => limit.refresh());
  try {
    // The caller sees at once that it is answered, however long the first part of the answer takes.
    res.flushHeaders();
    await pipeline(body, res);
  } catch {
    // Broken off, so that nobody takes it for complete.
    res.destroy();
  } finally {
    clearTimeout(limit);
  }
  return { type: 'done' };
}

function isSafe({ method, headers }: ServiceRequest): boolean {
  return !hasBody(headers) && SAFE_METHODS.has(method);
}
