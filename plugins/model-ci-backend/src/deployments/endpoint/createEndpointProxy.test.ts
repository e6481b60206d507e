import { once } from 'node:events';
import { request, type IncomingHttpHeaders } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import express from 'express';
import { createTestDatabases } from '../../database/testDatabase';
import { Fixture, ALICE, actorOf } from '../testing/createFixture';
import {
  ENDPOINT,
  EndpointServers,
  send,
  until,
} from '../testing/EndpointClient';

const databases = createTestDatabases();
/** Who the caller is, in the words of several proxies, and what nobody has heard of. */
const SECRET_HEADERS = [
  'authorization',
  'cookie',
  'proxy-authorization',
  'forwarded',
  'x-forwarded-user',
  'x-forwarded-email',
  'x-forwarded-access-token',
  'x-auth-request-user',
  'x-remote-user',
  'remote-user',
  'cf-access-jwt-assertion',
  'cf-access-authenticated-user-email',
  'x-amzn-oidc-data',
  'x-amzn-oidc-accesstoken',
  'x-goog-iap-jwt-assertion',
  'x-ms-token-aad-access-token',
  'x-client-cert',
  'x-api-key',
  'x-never-heard-of',
  'referer',
  'origin',
];

const COMMANDS = [
  'refresh',
  'link',
  'set-cookie',
  'x-frame-options',
  'content-security-policy',
  'content-security-policy-report-only',
  'access-control-allow-origin',
  'clear-site-data',
  'strict-transport-security',
  'service-worker-allowed',
  'sourcemap',
  'report-to',
  'nel',
  'alt-svc',
  'www-authenticate',
  'permissions-policy',
  'cross-origin-opener-policy',
  'x-never-heard-of',
];

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

  it('passes on what a model may know of a request, and nothing else', async () => {
    await fixture.registerVersion(7);
    const replica = fixture.replica({
      settings: { requestHeaders: ['x-tenant', 'x-feature-*'] },
    });
    await fixture.serve(replica, 7);
    const port = await servers.listen(replica.endpointProxy);
    let received: IncomingHttpHeaders = {};
    fixture.host.handler = (req, res) => {
      received = req.headers;
      res.end();
    };
    await send(port, '/predict', {
      headers: {
        accept: 'application/json',
        'x-request-id': 'r1',
        'x-tenant': 't1',
        'x-feature-a': 'f1',
        connection: 'close, x-model-hop',
        'x-model-hop': 'secret',
        'x-forwarded-for': '1.2.3.4',
        ...Object.fromEntries(SECRET_HEADERS.map(name => [name, 'secret'])),
      },
    });
    expect(received).toEqual({
      accept: 'application/json',
      'x-request-id': 'r1',
      'x-tenant': 't1',
      'x-feature-a': 'f1',
      host: new URL(fixture.host.running(7).url).host,
      connection: expect.any(String),
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': `127.0.0.1:${port}`,
      'x-forwarded-prefix': ENDPOINT,
    });
  });

  it('lets a model say what its answer is, and not what a browser is to do', async () => {
    await fixture.registerVersion(7);
    const replica = fixture.replica({
      settings: { answerHeaders: ['x-tenant'] },
    });
    await fixture.serve(replica, 7);
    const port = await servers.listen(replica.endpointProxy);
    fixture.host.handler = (_req, res) => {
      res.writeHead(200, {
        'content-type': 'text/html',
        etag: '"1"',
        'cache-control': 'public, max-age=60, s-maxage=600',
        'x-tenant': 't1',
        connection: 'x-model-hop',
        'x-model-hop': '1',
        'x-model-version': '99',
        ...Object.fromEntries(COMMANDS.map(name => [name, 'a=b'])),
      });
      res.end('<script>');
    };
    const { headers } = await send(port, '/predict');
    expect(headers).toEqual({
      'content-type': 'text/html',
      etag: '"1"',
      'x-tenant': 't1',
      // A cache on the way would answer others, who may not ask; and nothing is to be held back.
      'cache-control': 'private, max-age=60, no-transform',
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
      'x-accel-buffering': 'no',
      'x-model-version': '7',
      'x-powered-by': 'Express',
      connection: 'close',
      date: expect.any(String),
      'transfer-encoding': 'chunked',
    });
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

  it('gives up on a service that does not begin to answer in time', async () => {
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

  it("takes the version's own times instead, up to what the portal allows", async () => {
    const serving = {
      timeouts: { firstByteSeconds: 0.05, silenceSeconds: 3600 },
    };
    await fixture.registerVersion(1, { serving });
    const replica = fixture.replica({ settings: { maxRequestTimeout: 80 } });
    await fixture.serve(replica, 1);
    const port = await servers.listen(replica.endpointProxy);
    fixture.host.handler = () => {};
    expect((await send(port, '/')).status).toBe(504);

    fixture.host.handler = (_req, res) => res.write('half');
    await expect(send(port, '/')).rejects.toThrow();
  });

  it('lets an answer take as long as it likes while something comes', async () => {
    await fixture.registerVersion(1);
    const replica = fixture.replica({ settings: { requestTimeout: 300 } });
    await fixture.serve(replica, 1);
    const port = await servers.listen(replica.endpointProxy);
    const began = Date.now();
    fixture.host.handler = (_req, res) => {
      const timer = setInterval(() => {
        res.write('token ');
        if (Date.now() - began > 700) {
          clearInterval(timer);
          res.end('end');
        }
      }, 50);
    };
    expect((await send(port, '/')).body).toMatch(/^(token )+end$/);
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
    await replica.service.stop(id, actorOf(ALICE));
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
