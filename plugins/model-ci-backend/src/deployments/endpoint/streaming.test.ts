import { once } from 'node:events';
import { request } from 'node:http';
import { MiddlewareFactory } from '@backstage/backend-defaults/rootHttpRouter';
import { mockServices } from '@backstage/backend-test-utils';
import express from 'express';
import { createTestDatabases } from '../../database/testDatabase';
import { Fixture } from '../testing/createFixture';
import { EndpointServers } from '../testing/EndpointClient';

const databases = createTestDatabases();
/** Content types and caching rules, as models stream with them. */
const STREAMS: Array<[string, string | undefined]> = [
  ['text/event-stream', undefined],
  ['text/event-stream; charset=utf-8', 'no-cache'],
  ['text/event-stream', 'no-store'],
  ['application/x-ndjson', undefined],
  ['application/json', 'max-age=1'],
  ['text/plain; charset=utf-8', undefined],
];

describe.each(databases.ids)('a streamed answer on %s', databaseId => {
  let fixture: Fixture;
  const servers = new EndpointServers();

  beforeEach(async () => {
    fixture = new Fixture(await databases.init(databaseId));
  });

  afterEach(async () => {
    servers.close();
    await fixture.close();
  });

  it.each(STREAMS)(
    'of %s with caching %s comes as it is made, through a backend that compresses',
    async (type, caching) => {
      await fixture.registerVersion(1);
      const replica = fixture.replica();
      await fixture.serve(replica, 1);
      const app = express();
      app.use(
        MiddlewareFactory.create({
          config: mockServices.rootConfig(),
          logger: mockServices.logger.mock(),
        }).compression(),
      );
      app.use(
        '/api/model-ci/endpoints/:environment/:namespace/:name',
        replica.endpointProxy,
      );
      const port = await servers.listenWith(app);
      let goOn = () => {};
      fixture.host.handler = (_req, res) => {
        res.setHeader('content-type', type);
        if (caching) {
          res.setHeader('cache-control', caching);
        }
        res.flushHeaders();
        const tokens = ['one ', 'two ', 'three'];
        goOn = () => {
          res.write(tokens.shift() ?? '');
          if (tokens.length === 0) {
            res.end();
          }
        };
      };

      const call = request({
        host: '127.0.0.1',
        port,
        path: '/api/model-ci/endpoints/staging/default/house-price/',
        headers: { 'accept-encoding': 'gzip, br' },
      }).end();
      // The head is there before the first token, and each token before the next is made.
      const [answer] = await once(call, 'response');
      expect(answer.headers['content-encoding']).toBeUndefined();
      expect(answer.headers['cache-control']).toBe(
        ['private', ...(caching ? [caching] : []), 'no-transform'].join(', '),
      );
      const ended = once(answer, 'end');
      for (const token of ['one ', 'two ', 'three']) {
        const arrives = once(answer, 'data');
        goOn();
        const [part] = await arrives;
        expect(String(part)).toBe(token);
      }
      await ended;
    },
  );
});
