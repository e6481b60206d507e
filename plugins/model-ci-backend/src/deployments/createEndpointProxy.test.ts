import { once } from 'node:events';
import { request, type IncomingHttpHeaders } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import express from 'express';
import { createTestDatabases } from '../database/testDatabase';
import { Fixture, ALICE } from './testing/createFixture';
import {
  ENDPOINT,
  EndpointServers,
  send,
  until,
} from './testing/EndpointClient';

const databases = createTestDatabases();
jest.setTimeout(60_000);

describe.each(databases.ids)('createEndpointProxy on %s', databaseId => {
  let fixture: Fixture;
  const servers = new EndpointServers();

  beforeEach(async () => {
    fixture = new Fixture(await databases.init(databaseId));
  });

  afterEach(async () => {
    servers.close();
    await fixture.close();
  });

  it('passes method, path, query and body on, and the answer back', async () => {
    await fixture.registerVersion(1);
    const replica = fixture.replica();
    await fixture.serve(replica, 1);
    const port = await servers.listen(replica.endpointProxy);
    fixture.host.handler = async (req, res) => {
      const body = await text(req);
      res.statusCode = 201;
      res.end(JSON.stringify({ method: req.method, url: req.url, body }));
    };
    for (const [path, url] of [
      ['/predict?a=%2F1', '/predict?a=%2F1'],
      ['/a%2Fb/', '/a%2Fb/'],
      ['?x=1', '/?x=1'],
      ['', '/'],
    ]) {
      const answer = await send(port, path, { body: '{"size":1}' });
      expect(answer.status).toBe(201);
      expect(JSON.parse(answer.body)).toEqual({
        method: 'POST',
        url,
        body: '{"size":1}',
      });
    }
    const chunked = await send(port, '/x', {
      method: 'DELETE',
      headers: { 'transfer-encoding': 'chunked' },
      body: 'abc',
    });
    expect(JSON.parse(chunked.body)).toEqual({
      method: 'DELETE',
      url: '/x',
      body: 'abc',
    });
  });

  it('keeps credentials from the service, and the portal from what a service may not decide', async () => {
    await fixture.registerVersion(7);
    const replica = fixture.replica();
    await fixture.serve(replica, 7);
    const port = await servers.listen(replica.endpointProxy);
    let received: IncomingHttpHeaders = {};
    fixture.host.handler = (req, res) => {
      received = req.headers;
      res.writeHead(302, {
        location: '/next?a=1',
        'set-cookie': 'a=b',
        'content-security-policy': "script-src 'unsafe-inline'",
        'access-control-allow-origin': '*',
        'clear-site-data': '"*"',
        'cache-control': 'public, max-age=60, s-maxage=600',
        connection: 'x-hop',
        'x-hop': '1',
        'x-kept': 'yes',
      });
      res.end();
    };
    const { headers } = await send(port, '/predict', {
      headers: {
        authorization: 'Bearer secret',
        cookie: 'session=secret',
        'x-forwarded-for': '1.2.3.4',
        connection: 'close, x-secret-hop',
        'x-secret-hop': 'secret',
        'x-kept': 'yes',
      },
    });
    expect(JSON.stringify(received)).not.toContain('secret');
    expect(received).toMatchObject({
      host: new URL(fixture.host.running(7).url).host,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': `127.0.0.1:${port}`,
      'x-forwarded-prefix': ENDPOINT,
      'x-kept': 'yes',
    });
    expect(headers).toMatchObject({
      location: `${ENDPOINT}/next?a=1`,
      'content-security-policy': 'sandbox',
      // A cache on the way would answer others, who may not ask.
      'cache-control': 'private, max-age=60',
      'x-content-type-options': 'nosniff',
      'x-model-version': '7',
      'x-kept': 'yes',
    });
    for (const name of [
      'set-cookie',
      'access-control-allow-origin',
      'clear-site-data',
      'x-hop',
    ]) {
      expect(headers[name]).toBeUndefined();
    }
  });

  it('says what to do when nothing serves', async () => {
    const port = await servers.listen(fixture.replica().endpointProxy);
    const answer = await send(port, '/predict');
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body)).toEqual({
      error: {
        name: 'ServiceUnavailableError',
        message:
          'No version of modelpipeline:default/house-price serves in staging; deploy one',
      },
      request: { method: 'GET', url: `${ENDPOINT}/predict` },
      response: { statusCode: 503 },
    });
  });

  it('knows no environment that is not configured', async () => {
    const port = await servers.listen(fixture.replica().endpointProxy);
    const url = '/api/model-ci/endpoints/stagin/default/house-price/predict';
    const answer = await send(port, '/predict', { url });
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body)).toEqual({
      error: {
        name: 'NotFoundError',
        message: expect.stringMatching(
          /^There is no environment 'stagin'; there are: staging\b/,
        ),
      },
      request: { method: 'GET', url },
      response: { statusCode: 404 },
    });
  });

  it('refuses a path that climbs, and no other with dots', async () => {
    await fixture.registerVersion(1);
    const replica = fixture.replica();
    await fixture.serve(replica, 1);
    const port = await servers.listen(replica.endpointProxy);
    const reached: Array<string | undefined> = [];
    fixture.host.handler = (req, res) => {
      reached.push(req.url);
      res.end();
    };
    for (const path of [
      '/..',
      '/../admin',
      '/a/%2e%2E/admin',
      '/a/.%2e/admin?x=1',
      '/a%2f..%2Fadmin',
      '/a\\..%5cadmin',
    ]) {
      const answer = await send(port, path);
      expect([path, answer.status]).toEqual([path, 400]);
      expect(JSON.parse(answer.body).error).toEqual({
        name: 'InputError',
        message: expect.stringContaining(`must not contain '..'`),
      });
    }
    expect(reached).toEqual([]);
    for (const path of ['/a..b/...', '/.well-known?to=/../x']) {
      expect((await send(port, path)).status).toBe(200);
    }
    expect(reached).toEqual(['/a..b/...', '/.well-known?to=/../x']);
  });

  it('says when a crashed version comes back', async () => {
    await fixture.registerVersion(1);
    const replica = fixture.replica();
    await fixture.serve(replica, 1);
    const port = await servers.listen(replica.endpointProxy);
    await fixture.host.crash(1, 1);
    fixture.clock.advance(1);

    const unnoticed = await send(port, '/predict', { body: '{}' });
    expect(unnoticed.status).toBe(502);
    expect(JSON.parse(unnoticed.body).error.message).toContain(
      'try again in a few seconds',
    );
    // The failed request made the loop look at once.
    await replica.loop.advanceDeployments();
    const restarting = await send(port, '/predict', { body: '{}' });
    expect(restarting.status).toBe(503);
    expect(restarting.headers['retry-after']).toBe('1');
    expect(JSON.parse(restarting.body).error.message).toContain(
      'Version 1 of modelpipeline:default/house-price in staging is being restarted (The service exited with code 1); try again in 1 s',
    );
    fixture.clock.advance(1);
    await fixture.settle(replica);
    expect((await send(port, '/predict', { body: '{}' })).status).toBe(200);
  });

  it('gives up on a service that does not answer in time', async () => {
    await fixture.registerVersion(1);
    const replica = fixture.replica({ settings: { requestTimeout: 50 } });
    await fixture.serve(replica, 1);
    const port = await servers.listen(replica.endpointProxy);
    fixture.host.handler = () => {};
    const answer = await send(port, '/predict');
    expect(answer.status).toBe(504);
    expect(JSON.parse(answer.body).error.message).toContain(
      'Version 1 did not answer within 0.05 s',
    );
  });

  it('refuses requests that are too large, announced or not', async () => {
    await fixture.registerVersion(1);
    const replica = fixture.replica({ settings: { maxRequestBytes: 10 } });
    await fixture.serve(replica, 1);
    const port = await servers.listen(replica.endpointProxy);
    let received = 0;
    fixture.host.handler = async req => {
      received = (await buffer(req)).length;
    };
    const announced = await send(port, '/', { body: 'x'.repeat(11) });
    expect(announced.status).toBe(413);
    expect(JSON.parse(announced.body).error.message).toContain(
      'modelCi.deployments.maxRequestBytes',
    );
    const chunked = await send(port, '/', {
      method: 'POST',
      headers: { 'transfer-encoding': 'chunked' },
      body: 'x'.repeat(11),
    });
    expect(chunked.status).toBe(413);
    expect(received).toBe(0);
  });

  it('ends the answer of a service that breaks off, so that nobody takes it for complete', async () => {
    await fixture.registerVersion(1);
    const replica = fixture.replica();
    await fixture.serve(replica, 1);
    const port = await servers.listen(replica.endpointProxy);
    fixture.host.handler = (_req, res) => {
      res.write('half');
      res.flushHeaders();
      setImmediate(() => res.destroy());
    };
    await expect(send(port, '/predict')).rejects.toThrow();
  });

  it('repeats a harmless request that met a closing connection, and no other', async () => {
    await fixture.registerVersion(1);
    const replica = fixture.replica();
    await fixture.serve(replica, 1);
    const port = await servers.listen(replica.endpointProxy);
    let arrivals = 0;
    fixture.host.handler = (req, res) => {
      arrivals++;
      if (arrivals === 1) {
        req.socket.destroy();
      } else {
        res.end('second');
      }
    };
    expect(await send(port, '/')).toMatchObject({
      status: 200,
      body: 'second',
    });
    arrivals = 0;
    expect((await send(port, '/', { body: '{}' })).status).toBe(502);
    expect(arrivals).toBe(1);
  });

  it('gives a request that must not be repeated a connection of its own', async () => {
    await fixture.registerVersion(1);
    const replica = fixture.replica();
    await fixture.serve(replica, 1);
    const port = await servers.listen(replica.endpointProxy);
    const connections: Array<number | undefined> = [];
    fixture.host.handler = (req, res) => {
      connections.push(req.socket.remotePort);
      req.resume().on('end', () => res.end());
    };
    await send(port, '/');
    await send(port, '/');
    expect(new Set(connections).size).toBe(1);
    await send(port, '/', { body: '{}' });
    await send(port, '/', { body: '{}' });
    expect(new Set(connections).size).toBe(3);
  });

  it('ends the request to the service when the caller goes away', async () => {
    await fixture.registerVersion(1);
    const replica = fixture.replica();
    const id = await fixture.serve(replica, 1);
    const port = await servers.listen(replica.endpointProxy);
    const caller = request({ host: '127.0.0.1', port, path: `${ENDPOINT}/` });
    const failed = once(caller, 'error');
    const left = new Promise<void>(resolve => {
      fixture.host.handler = (_req, res) => {
        res.once('close', resolve);
        caller.destroy();
      };
    });
    caller.end();
    await failed;
    await left;
    await replica.service.stop(id, ALICE);
    fixture.clock.advance(4);
    await until(async () => (await replica.loop.cleanServices()) === 1);
    expect(fixture.host.runningVersions()).toEqual([]);
  });

  it('works as a route that ends in a wildcard, too', async () => {
    await fixture.registerVersion(1);
    const replica = fixture.replica();
    await fixture.serve(replica, 1);
    const app = express();
    app.all(
      '/endpoints/:environment/:namespace/:name/*',
      replica.endpointProxy,
    );
    const port = await servers.listenWith(app);
    fixture.host.handler = (req, res) => res.end(req.url);
    const call = request({
      host: '127.0.0.1',
      port,
      path: '/endpoints/staging/default/house-price/endpoints/a/b/c?d',
    });
    call.end();
    const [answer] = await once(call, 'response');
    expect(await text(answer)).toBe('/endpoints/a/b/c?d');
  });
});
