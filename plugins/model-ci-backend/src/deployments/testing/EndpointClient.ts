import { once } from 'node:events';
import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import express, { type RequestHandler } from 'express';
import Router from 'express-promise-router';

/** The endpoint that tests call. */
export const ENDPOINT = '/api/model-ci/endpoints/staging/default/house-price';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Backends that listen, for as long as a test takes. */
export class EndpointServers {
  private readonly servers: Server[] = [];

  /** Serves an endpoint proxy as the plugin's router does; answers the port. */
  async listen(endpointProxy: RequestHandler): Promise<number> {
    const router = Router();
    router.use('/endpoints/:environment/:namespace/:name', endpointProxy);
    const app = express();
    app.use('/api/model-ci', router);
    return this.listenWith(app);
  }

  /** Serves anything; answers the port. */
  async listenWith(app: RequestHandler): Promise<number> {
    const server = createServer(express().use(app)).listen(0, '127.0.0.1');
    this.servers.push(server);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  close(): void {
    for (const server of this.servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  }
}

/** Sends one request to the endpoint, over a connection of its own. */
export async function send(
  port: number,
  path: string,
  options: {
    method?: string;
    headers?: Record<string, string>;
    body?: string | Buffer;
    /** Instead of a path within the endpoint. */
    url?: string;
  } = {},
): Promise<Answer> {
  const call = request({
    host: '127.0.0.1',
    port,
    path: options.url ?? `${ENDPOINT}${path}`,
    method: options.method ?? (options.body ? 'POST' : 'GET'),
    headers: options.headers,
    agent: false,
  });
  call.end(options.body);
  const [answer] = await once(call, 'response');
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: await text(answer),
  };
}

/** Asks again and again, and not for ever. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error('It did not happen within 20 s');
    }
    await new Promise(resolve => {
      setImmediate(resolve);
    });
  }
}
