/** @jest-environment node */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ModelCiClient } from '../ModelCiClient';
import { ChatError, type ChatEvent } from './types';

const TARGET = {
  pipelineRef: 'modelpipeline:default/assistant',
  environment: 'staging',
};
const ENDPOINT = '/api/model-ci/endpoints/staging/default/assistant';
const REQUEST = {
  model: 'tiny',
  messages: [{ role: 'user' as const, content: 'Hi' }],
};

/** In the place of a portal with a model behind its endpoint. */
class Model {
  readonly requests: Array<{ url?: string; body: unknown }> = [];
  answer: (response: ServerResponse) => void = response => response.end();
  private readonly server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', piece => (body += piece));
    request.on('end', () => {
      this.requests.push({ url: request.url, body: body && JSON.parse(body) });
      this.answer(response);
    });
  });

  async start(): Promise<ModelCiClient> {
    await new Promise<void>(done => {
      this.server.listen(0, '127.0.0.1', done);
    });
    const { port } = this.server.address() as AddressInfo;
    return new ModelCiClient({
      discoveryApi: {
        getBaseUrl: async () => `http://127.0.0.1:${port}/api/model-ci`,
      },
      fetchApi: { fetch },
    });
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise(done => {
      this.server.close(done);
    });
  }
}

const piece = (body: unknown) => `data: ${JSON.stringify(body)}\n\n`;
const text = (content: string) =>
  piece({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });

describe('a chat with a model', () => {
  const model = new Model();
  let client: ModelCiClient;

  beforeAll(async () => {
    client = await model.start();
  });

  afterAll(() => model.stop());

  beforeEach(() => {
    model.requests.length = 0;
  });

  function streams(...pieces: string[]) {
    model.answer = response => {
      response.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'X-Model-Version': '3',
      });
      pieces.forEach(one => response.write(one));
      response.end();
    };
  }

  async function ask(signal?: AbortSignal) {
    const events: ChatEvent[] = [];
    let problem: unknown;
    try {
      for await (const event of client.chat(TARGET, REQUEST, { signal })) {
        events.push(event);
      }
    } catch (error) {
      problem = error instanceof ChatError ? error.problem : error;
    }
    return { events, problem };
  }

  it('gives the answer as it comes, with the version and the tokens', async () => {
    streams(
      piece({ choices: [{ delta: { role: 'assistant', content: '' } }] }),
      text('Good'),
      text(' day'),
      piece({ choices: [{ delta: {}, finish_reason: 'stop' }] }),
      piece({ choices: [], usage: { completion_tokens: 2 }, error: null }),
      'data: [DONE]\n\n',
    );
    expect(await ask()).toEqual({
      events: [
        { type: 'started', version: 3 },
        { type: 'text', text: 'Good' },
        { type: 'text', text: ' day' },
        { type: 'finished', reason: 'stop' },
        { type: 'usage', tokens: 2 },
      ],
      problem: undefined,
    });
    expect(model.requests).toEqual([
      {
        url: `${ENDPOINT}/v1/chat/completions`,
        body: {
          ...REQUEST,
          stream: true,
          stream_options: { include_usage: true },
        },
      },
    ]);
  });

  it('gives each piece before the next one is made', async () => {
    let goOn = () => {};
    model.answer = response => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(text('first'));
      goOn = () => response.end(`${text('second')}data: [DONE]\n\n`);
    };
    const texts: string[] = [];
    for await (const event of client.chat(TARGET, REQUEST)) {
      if (event.type === 'text') {
        texts.push(event.text);
        goOn();
      }
    }
    expect(texts).toEqual(['first', 'second']);
  });

  it('asks for what was chosen, and for nothing that was not', async () => {
    streams('data: [DONE]\n\n');
    for await (const _ of client.chat(TARGET, {
      ...REQUEST,
      temperature: 0,
      maxTokens: 16,
    })) {
      // Only what was sent matters.
    }
    expect(model.requests[0].body).toMatchObject({
      temperature: 0,
      max_tokens: 16,
    });
  });

  it('takes the answer of a server that streams nothing', async () => {
    model.answer = response => {
      response.setHeader('Content-Type', 'application/json');
      response.end(
        JSON.stringify({
          choices: [{ message: { content: 'Hello' }, finish_reason: 'length' }],
          usage: { completion_tokens: 1 },
        }),
      );
    };
    const { events } = await ask();
    expect(events).toEqual([
      { type: 'started', version: undefined },
      { type: 'text', text: 'Hello' },
      { type: 'usage', tokens: 1 },
      { type: 'finished', reason: 'length' },
    ]);
  });

  it('says that an answer was cut, however it ends', async () => {
    streams(text('Good'));
    expect((await ask()).problem).toEqual({ type: 'cut' });
    model.answer = response => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(text('Good'), () => response.destroy());
    };
    expect((await ask()).problem).toEqual({ type: 'cut' });
  });

  it('gives the error that a model reports in the middle of its answer', async () => {
    streams(
      text('Good'),
      piece({ error: { message: 'out of memory', code: 500 } }),
    );
    const { events, problem } = await ask();
    expect(events).toContainEqual({ type: 'text', text: 'Good' });
    expect(problem).toEqual({ type: 'reported', message: 'out of memory' });
  });

  it.each([
    ['{"error": {"message": "too long", "type": "x"}}', 'too long'],
    ['{"error": "too long"}', 'too long'],
    ['{"object": "error", "message": "too long"}', 'too long'],
    ['{"detail": "too long"}', 'too long'],
    ['{"detail": [1]}', undefined],
    ['<html>Bad Gateway</html>', undefined],
    [`{"error": "${'x'.repeat(2_000)}"}`, 'x'.repeat(1_000)],
    ['x'.repeat(100_000), undefined],
  ])('reads the words of a refusal (case %#)', async (body, message) => {
    model.answer = response => {
      response.writeHead(429, { 'X-Model-Version': '3' });
      response.end(body);
    };
    expect((await ask()).problem).toEqual({
      type: 'refused',
      status: 429,
      version: 3,
      message,
    });
  });

  it.each([
    ['text/event-stream', 'data: no JSON\n\n'],
    ['text/event-stream', piece({ choices: 'many' })],
    ['application/json', '[1, 2]'],
    ['text/html', '<script>alert(1)</script>'],
    ['text/event-stream', `data: ${'x'.repeat(5 * 2 ** 20)}`],
  ])('takes nothing else for an answer (case %#)', async (type, body) => {
    model.answer = response => {
      response.setHeader('Content-Type', type);
      response.end(body);
    };
    expect((await ask()).problem).toEqual({ type: 'unreadable' });
  });

  it('ends the request with the reader, and says what nobody answers', async () => {
    const closed = new Promise(done => {
      model.answer = response => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        response.write(text('endless'));
        response.on('close', done);
      };
    });
    const stop = new AbortController();
    for await (const event of client.chat(TARGET, REQUEST, {
      signal: stop.signal,
    })) {
      if (event.type === 'text') {
        break;
      }
    }
    await closed;
    stop.abort();
    expect((await ask(stop.signal)).problem).toMatchObject({
      name: 'AbortError',
    });
    const nobody = new ModelCiClient({
      discoveryApi: { getBaseUrl: async () => 'http://127.0.0.1:1' },
      fetchApi: { fetch },
    });
    await expect(nobody.listModels(TARGET)).rejects.toMatchObject({
      problem: { type: 'unreachable' },
    });
  });

  it('lists the models', async () => {
    const list = (models: unknown) => {
      model.answer = response =>
        response.end(JSON.stringify({ object: 'list', data: models }));
      return client.listModels(TARGET);
    };
    expect(await list([{ id: 'base' }, { id: 'adapter' }])).toEqual([
      'base',
      'adapter',
    ]);
    expect(model.requests[0].url).toBe(`${ENDPOINT}/v1/models`);
    const many = Array.from({ length: 5_000 }, (_, id) => ({ id: `m${id}` }));
    expect(await list(many)).toHaveLength(100);
    await expect(list([{ id: 'x'.repeat(501) }])).rejects.toMatchObject({
      problem: { type: 'unreadable' },
    });
  });
});
