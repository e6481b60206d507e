import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MiddlewareFactory } from '@backstage/backend-defaults/rootHttpRouter';
import { mockServices } from '@backstage/backend-test-utils';
import express from 'express';
import { type EventStream, openEventStream } from './eventStream';

describe('an event stream', () => {
  let server: Server;
  let stopping: AbortController;
  let opened: Promise<EventStream>;

  async function serve(heartbeat?: number) {
    stopping = new AbortController();
    const app = express();
    app.use(
      MiddlewareFactory.create({
        config: mockServices.rootConfig(),
        logger: mockServices.logger.mock(),
      }).compression(),
    );
    opened = new Promise(resolve => {
      app.get('/', (_req, res) => {
        res.set('Cache-Control', 'no-transform');
        resolve(openEventStream(res, { stopping: stopping.signal, heartbeat }));
      });
    });
    server = app.listen(0);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const leave = new AbortController();
    const response = await fetch(`http://localhost:${port}/`, {
      headers: { 'Accept-Encoding': 'gzip' },
      signal: leave.signal,
    });
    const reader = response.body!.getReader();
    return {
      response,
      leave,
      read: async () => new TextDecoder().decode((await reader.read()).value),
    };
  }

  afterEach(async () => {
    (await opened).close();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  it('passes each event on at once, through the compression of Backstage', async () => {
    const { response, read } = await serve();
    const stream = await opened;
    await stream.send({ id: 3, data: { text: 'a\nb' } });
    expect(await read()).toBe('id: 3\ndata: {"text":"a\\nb"}\n\n');
    await stream.send({ event: 'end', data: {} });
    expect(await read()).toBe('event: end\ndata: {}\n\n');
    expect(response.headers.get('content-encoding')).toBeNull();
  });

  it('shows signs of life', async () => {
    const { read } = await serve(5);
    expect(await read()).toBe(': alive\n\n');
  });

  it('aborts when the reader leaves', async () => {
    const { leave } = await serve();
    const { signal } = await opened;
    expect(signal.aborted).toBe(false);
    leave.abort();
    await new Promise<void>(resolve => {
      signal.addEventListener('abort', () => resolve());
    });
  });

  it('aborts when the backend stops', async () => {
    await serve();
    stopping.abort();
    expect((await opened).signal.aborted).toBe(true);
  });

  it('waits for a slow reader, and gives up on one that left', async () => {
    const { leave } = await serve();
    const stream = await opened;
    const sending = (async () => {
      for (;;) {
        await stream.send({ data: { text: 'x'.repeat(1_000_000) } });
      }
    })();
    leave.abort();
    await expect(sending).rejects.toMatchObject({ name: 'AbortError' });
  });
});
