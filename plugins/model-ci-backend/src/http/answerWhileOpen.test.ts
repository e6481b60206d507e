import { once } from 'node:events';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { answerWhileOpen } from './answerWhileOpen';

describe('answerWhileOpen', () => {
  let server: Server;
  const begun: AbortSignal[] = [];
  const ended: Array<Promise<void>> = [];
  let make: (signal: AbortSignal) => Promise<unknown>;

  beforeEach(async () => {
    begun.length = 0;
    ended.length = 0;
    const app = express();
    app.get('/', (_req, res) => {
      ended.push(
        answerWhileOpen(res, signal => {
          begun.push(signal);
          server.emit('begun');
          return make(signal);
        }),
      );
    });
    server = createServer(app).listen(0);
    await once(server, 'listening');
  });
  afterEach(() => server.close());

  const ask = () => get({ port: (server.address() as AddressInfo).port });

  it('stops what is made for a reader who has gone, and says nothing of it', async () => {
    make = async signal => {
      await once(signal, 'abort');
      signal.throwIfAborted();
    };
    const request = ask();
    request.on('error', () => {});
    await once(server, 'begun');
    expect(begun[0].aborted).toBe(false);
    request.destroy();
    await expect(ended[0]).resolves.toBeUndefined();
    expect(begun[0].aborted).toBe(true);
  });

  it('answers who stays, and rejects with what went wrong', async () => {
    make = async () => ({ items: [] });
    const [response] = await once(ask(), 'response');
    expect(response.statusCode).toBe(200);
    response.resume();

    make = async () => {
      throw new Error('Not so');
    };
    const request = ask();
    request.on('error', () => {});
    await once(server, 'begun');
    await expect(ended[1]).rejects.toThrow('Not so');
    request.destroy();
  });
});
