import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Config } from '@backstage/config';
import { judgeRequest, type Refusal } from './judgeRequest';
import { readHostRules } from './readHostRules';

/** What is needed of what `rootHttpRouterServiceFactory` hands to `configure`. */
export interface ForeignRequestsOptions {
  app: {
    use(
      handler: (
        request: IncomingMessage,
        response: ServerResponse,
        next: () => void,
      ) => void,
    ): unknown;
  };
  server: Pick<Server, 'emit'>;
  config: Config;
}

/**
 * Refuses requests that a page of another site makes a browser send: under a host name that is not the backend's (421),
 * or with a foreign `Origin` where something may be changed or a WebSocket be opened (403). Call it before
 * `applyDefaults`, so that nothing is done for them.
 */
export function refuseForeignRequests(options: ForeignRequestsOptions): void {
  const rules = readHostRules(options.config);
  options.app.use((request, response, next) => {
    const refusal = judgeRequest(request, rules);
    if (refusal) {
      const { status, body } = answerOf(refusal, request);
      response.writeHead(status, {
        'Content-Type': 'application/json; charset=utf-8',
        // A body that nobody reads would keep the connection busy
        Connection: 'close',
      });
      response.end(body);
    } else {
      next();
    }
  });
  guardUpgrades(options.server, request => judgeRequest(request, rules));
}

/**
 * Upgrades never pass through the app, and a listener cannot keep the others from hearing of one: so the event itself
 * is held back.
 */
function guardUpgrades(
  server: Pick<Server, 'emit'>,
  judge: (request: IncomingMessage) => Refusal | undefined,
): void {
  const emit = server.emit.bind(server);
  server.emit = (event: string | symbol, ...args: unknown[]) => {
    if (event === 'upgrade') {
      const [request, socket] = args as [IncomingMessage, Duplex];
      const refusal = judge(request);
      if (refusal) {
        refuseUpgrade(request, socket, refusal);
        return true;
      }
    }
    return emit(event, ...args);
  };
}

function refuseUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  refusal: Refusal,
): void {
  const { status, body } = answerOf(refusal, request);
  socket.on('error', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

/** In the form of Backstage's own errors. */
function answerOf({ status, message }: Refusal, request: IncomingMessage) {
  return {
    status,
    body: JSON.stringify({
      error: {
        name: status === 421 ? 'MisdirectedRequestError' : 'NotAllowedError',
        message,
      },
      request: { method: request.method, url: request.url },
      response: { statusCode: status },
    }),
  };
}
