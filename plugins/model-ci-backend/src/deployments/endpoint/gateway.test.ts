import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTestDatabases } from '../../database/testDatabase';
import { Fixture } from '../testing/createFixture';
import { ENDPOINT, EndpointServers, send } from '../testing/EndpointClient';

const BASE = '/api/v1/namespaces/ml/services/model:8080/proxy';
const STATUS = {
  kind: 'Status',
  apiVersion: 'v1',
  message: 'no endpoints available for service "model"',
};

/** A gateway in front of the fixture's machine, which wants a token and a path. */
async function startGateway(fixture: Fixture) {
  const seen: IncomingMessage[] = [];
  const gateway = { seen, isOut: false, url: '', close: () => {} };
  const server = createServer((req, res) => {
    seen.push(req);
    const isAllowed = req.headers.authorization === 'Bearer gateway';
    if (!isAllowed || gateway.isOut || !req.url?.startsWith(BASE)) {
      res.writeHead(isAllowed ? 503 : 403, {
        'content-type': 'application/json',
      });
      res.end(JSON.stringify(STATUS));
      return;
    }
    const { port } = new URL(fixture.host.running(1).url);
    const { authorization, ...headers } = req.headers;
    const path = req.url.slice(BASE.length);
    const onward = request({ port, path, method: req.method, headers });
    onward.on('response', answer => {
      const { location } = answer.headers;
      res.writeHead(answer.statusCode ?? 0, {
        ...answer.headers,
        ...(location && { location: `${BASE}${location}` }),
      });
      answer.pipe(res);
    });
    req.pipe(onward);
  });
  gateway.close = () => {
    server.closeAllConnections();
    server.close();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  gateway.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return gateway;
}

const databases = createTestDatabases();
describe.each(databases.ids)('services behind a gateway, on %s', databaseId => {
  const servers = new EndpointServers();
  let fixture: Fixture;
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let port: number;

  beforeEach(async () => {
    fixture = new Fixture(await databases.init(databaseId));
    gateway = await startGateway(fixture);
    fixture.host.route = async () => ({
      url: `${gateway.url}${BASE}`,
      headers: { Authorization: 'Bearer gateway' },
      tls: {},
      refusal: (_status, body) =>
        body.includes('"kind":"Status"') ? JSON.parse(body).message : undefined,
    });
    await fixture.registerVersion(1);
    const replica = fixture.replica();
    await fixture.serve(replica, 1);
    port = await servers.listen(replica.endpointProxy);
  });

  afterEach(async () => {
    servers.close();
    await gateway.close();
    await fixture.close();
  });

  it('are watched and asked through it, with its credentials and not those of callers', async () => {
    expect(gateway.seen[0].url).toBe(`${BASE}/healthz`);
    const answer = await send(port, '/predict?x=1', {
      method: 'POST',
      body: '[1]',
      headers: { authorization: 'Bearer caller' },
    });
    expect(answer).toMatchObject({ status: 200, body: '{"version":1}' });
    const last = gateway.seen.at(-1);
    expect(last?.url).toBe(`${BASE}/predict?x=1`);
    expect(last?.headers).toMatchObject({
      authorization: 'Bearer gateway',
      host: new URL(gateway.url).host,
    });
  });

  it('lead to places of the endpoint, not of the gateway', async () => {
    fixture.host.handler = (_req, res) => {
      res.writeHead(302, { location: '/elsewhere' }).end();
    };
    const { headers } = await send(port, '/go');
    expect(headers.location).toBe(`${ENDPOINT}/elsewhere`);
  });

  it('are not reached where the gateway answers in their place', async () => {
    gateway.isOut = true;
    const answer = await send(port, '/predict');
    expect(answer.status).toBe(502);
    expect(answer.body).not.toContain('no endpoints');
  });

  it('get no rest of a body that the gateway has taken a part of', async () => {
    gateway.isOut = true;
    const answer = await send(port, '/predict', {
      method: 'POST',
      body: '[1]',
    });
    expect(answer.status).toBe(502);
    expect(gateway.seen.filter(({ method }) => method === 'POST')).toHaveLength(
      1,
    );
  });

  it('answer errors of their own, however large', async () => {
    const error = JSON.stringify({ error: 'x'.repeat(100_000) });
    fixture.host.handler = (_req, res) => {
      res.writeHead(422, { 'content-type': 'application/json' });
      res.end(error);
    };
    const answer = await send(port, '/predict');
    expect(answer.status).toBe(422);
    expect(answer.body).toBe(error);
    fixture.host.handler = (_req, res) => {
      res.writeHead(400, { 'content-type': 'application/json' });
      res.end('{"error":1}');
    };
    await expect(send(port, '/predict')).resolves.toMatchObject({
      status: 400,
      body: '{"error":1}',
    });
  });
});
