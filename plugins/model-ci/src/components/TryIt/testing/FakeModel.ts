import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { ModelCiClient } from '@model-ci/backstage-plugin-model-ci-common';

export interface ReceivedRequest {
  path?: string;
  body: any;
}

/** An answer that comes piece by piece. */
export class Stream {
  constructor(private readonly response: ServerResponse) {}

  text(content: string): this {
    return this.send({ choices: [{ delta: { content } }] });
  }

  send(piece: unknown): this {
    this.response.write(`data: ${JSON.stringify(piece)}\n\n`);
    return this;
  }

  end(tokens: number, reason = 'stop'): void {
    this.send({ choices: [{ delta: {}, finish_reason: reason }] });
    this.send({ choices: [], usage: { completion_tokens: tokens } });
    this.response.end('data: [DONE]\n\n');
  }
}

/** In the place of the portal's endpoint and the model behind it, over real HTTP. */
export class FakeModel {
  /** Without those for the list of models. */
  readonly requests: ReceivedRequest[] = [];
  models = ['tiny'];
  answer: (response: ServerResponse, request: ReceivedRequest) => void = () => {
    throw new Error('nothing was to be asked');
  };
  readonly #server = createServer((request, response) => {
    this.#receive(request, response);
  });

  async start(): Promise<ModelCiClient> {
    await new Promise<void>(done => {
      this.#server.listen(0, '127.0.0.1', done);
    });
    const { port } = this.#server.address() as AddressInfo;
    return new ModelCiClient({
      discoveryApi: { getBaseUrl: async () => `http://127.0.0.1:${port}` },
      fetchApi: { fetch },
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(done => {
      this.#server.close(done);
    });
  }

  /** Answers with a stream of server-sent events, and leaves it open. */
  stream(response: ServerResponse, version = 3): Stream {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'X-Model-Version': String(version),
    });
    return new Stream(response);
  }

  #receive(request: IncomingMessage, response: ServerResponse) {
    const path = request.url?.replace('/endpoints/staging/default/chat', '');
    let text = '';
    request.on('data', piece => {
      text += piece;
    });
    request.on('end', () => {
      if (path === '/v1/models') {
        response.end(JSON.stringify({ data: this.models.map(id => ({ id })) }));
        return;
      }
      const received = { path, body: JSON.parse(text) };
      this.requests.push(received);
      this.answer(response, received);
    });
  }
}
