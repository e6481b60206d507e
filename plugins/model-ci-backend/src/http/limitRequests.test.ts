import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { mockServices } from '@backstage/backend-test-utils';
import express from 'express';
import PromiseRouter from 'express-promise-router';
import { Slots } from '../limits/Slots';
import { hideInternals } from './hideInternals';
import { limitRequests } from './limitRequests';

const LOG = '/runs/r/stages/s/logs';
const EVENTS = { accept: 'text/event-stream' };

describe('limitRequests', () => {
  let server: http.Server;
  let url: string;
  const open: http.ClientRequest[] = [];

  beforeEach(async () => {
    const router = PromiseRouter();
    const slots = {
      requests: new Slots(1),
      followers: new Slots(1),
      predictions: new Slots(0),
    };
    const access = { findUser: async () => 'user:default/ann' };
    router.use(limitRequests({ access, slots }));
    // Answered at once, and never to the end.
    router.get('*', (_req, res) => res.write('begun'));
    const logger = mockServices.logger.mock();
    server = express()
      .use(router, hideInternals({ logger }, false))
      .listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    open.splice(0).forEach(request => request.destroy());
    server.close();
  });

  const ask = async (path: string, headers = {}) => {
    const request = http.get(`${url}${path}`, { headers });
    open.push(request);
    const [answer] = await once(request, 'response');
    return { request, status: answer.statusCode, headers: answer.headers };
  };

  it('counts the logs that a user follows apart from other requests', async () => {
    expect(await ask(LOG, EVENTS)).toMatchObject({ status: 200 });
    expect(await ask(LOG, EVENTS)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '1' },
    });
    expect(await ask('/runs')).toMatchObject({ status: 200 });
    expect(await ask(LOG)).toMatchObject({ status: 429 });
  });

  it.each(['text/event-stream', 'text/plain, text/event-stream', '*/*'])(
    'counts what does not follow a log, though it accepts %s',
    async accept => {
      expect(await ask('/runs', { accept })).toMatchObject({ status: 200 });
      expect(await ask('/runs', { accept })).toMatchObject({ status: 429 });
    },
  );

  it('has room again when a follower has left', async () => {
    const { request } = await ask(LOG, EVENTS);
    request.destroy();
    await once(request, 'close');
    let status;
    do {
      ({ status } = await ask(LOG, EVENTS));
    } while (status === 429);
    expect(status).toBe(200);
  });
});
