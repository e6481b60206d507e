import { Agent, request, type IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream';
import type { Request, Response } from 'express';
import { fromServiceHeaders, hasBody, toServiceHeaders } from './proxyHeaders';

export type Forwarding =
  /** Everything was answered, or the caller went away. */
  | { type: 'done' }
  | { type: 'too-large' }
  | { type: 'timeout' }
  /** Nothing was answered; `mayRepeat` if the service cannot have acted on it, or acting twice does no harm. */
  | { type: 'unreachable'; mayRepeat: boolean; message: string };

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Connections are kept for requests that may be repeated. Any other gets one of its own: it could otherwise
 * meet a kept one that the service is just closing, and nobody could tell whether it was acted on.
 */
const keptConnections = new Agent({ keepAlive: true, maxFreeSockets: 64 });

/** Streams a request to a service and its answer back. */
export function forwardRequest(
  req: Request,
  res: Response,
  options: {
    url: string;
    path: string;
    prefix: string;
    version: number;
    timeout: number;
    maxBytes: number;
    mayRepeat: boolean;
  },
): Promise<Forwarding> {
  const { hostname, port, host, origin } = new URL(options.url);
  const withBody = hasBody(req);
  if (withBody && req.readableEnded) {
    throw new Error(
      'The body of a request to an endpoint was read already; mount the endpoint proxy before body parsers',
    );
  }
  const isSafe = !withBody && SAFE_METHODS.has(req.method);

  return new Promise(resolve => {
    let sent = false;
    let answered = false;
    let failure: Forwarding | undefined;
    const upstream = request({
      host: hostname,
      port,
      method: req.method,
      path: options.path,
      headers: toServiceHeaders(req, { host, prefix: options.prefix }),
      agent: isSafe ? keptConnections : false,
    });
    const abort = (why: Forwarding) => {
      failure ??= why;
      upstream.destroy();
    };
    const timer = setTimeout(() => abort({ type: 'timeout' }), options.timeout);
    const onCallerGone = () => {
      if (!res.writableFinished) {
        abort({ type: 'done' });
      }
    };
    let received = 0;
    const onData = (chunk: Buffer) => {
      received += chunk.length;
      if (received > options.maxBytes) {
        req.unpipe(upstream);
        abort({ type: 'too-large' });
      }
    };
    const finish = (result: Forwarding) => {
      clearTimeout(timer);
      res.off('close', onCallerGone);
      req.off('data', onData);
      resolve(result);
    };
    // Nothing of the body is taken before there is a connection, so that it can still go to another one.
    const send = () => {
      sent = true;
      if (withBody) {
        req.on('data', onData);
        req.pipe(upstream);
      } else {
        upstream.end();
      }
    };

    res.on('close', onCallerGone);
    upstream.on('socket', socket => {
      if (socket.connecting) {
        socket.once('connect', send);
      } else {
        send();
      }
    });
    upstream.on('response', answer => {
      answered = true;
      clearTimeout(timer);
      answer.setTimeout(options.timeout, () => abort({ type: 'done' }));
      copyHead(answer, res, { ...options, serviceOrigin: origin });
      pipeline(answer, res, () => finish({ type: 'done' }));
    });
    upstream.on('close', () => {
      if (!answered) {
        finish(failure ?? { type: 'done' });
      }
    });
    upstream.on('error', error => {
      if (res.headersSent) {
        res.destroy();
        finish({ type: 'done' });
        return;
      }
      finish(
        failure ?? {
          type: 'unreachable',
          mayRepeat: options.mayRepeat && (!sent || isSafe),
          message: error.message,
        },
      );
    });
  });
}

function copyHead(
  answer: IncomingMessage,
  res: Response,
  options: { version: number; serviceOrigin: string; prefix: string },
): void {
  res.status(answer.statusCode ?? 502);
  const headers = fromServiceHeaders(answer.headers, options);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) {
      res.setHeader(name, value);
    }
  }
}
