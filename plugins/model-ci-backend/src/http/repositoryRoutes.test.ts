import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import express from 'express';
import PromiseRouter from 'express-promise-router';
import request from 'supertest';
import { hideInternals } from './hideInternals';
import { addRepositoryRoutes } from './repositoryRoutes';

describe('repositoryRoutes', () => {
  it('reads few repositories for one user at a time, whether or not anybody waits for the answers', async () => {
    let user = 'user:default/ann';
    const reading: Array<() => void> = [];
    const router = PromiseRouter();
    addRepositoryRoutes(router, {
      access: {
        authenticate: async () => mockCredentials.user(user),
        demandBasic: async () => {},
        nameOf: () => user,
      },
      repositories: {
        analyze: (url, _credentials) =>
          new Promise(resolve => {
            reading.push(() =>
              resolve({
                ...{ repositoryUrl: url, branch: 'main', pipelines: [] },
                ...{ entityFiles: [], importable: [], isTruncated: false },
              }),
            );
          }),
      },
    });
    const logger = mockServices.logger.mock();
    const app = express()
      .use(express.json())
      .use(router, hideInternals({ logger }, false));
    const server = app.listen(0, '127.0.0.1');
    const ask = () =>
      request(server)
        .post('/repositories/analyze')
        .send({ url: 'https://gh.example/a/b' });
    const untilReading = async (count: number) => {
      while (reading.length < count) {
        await new Promise(resolve => setImmediate(resolve));
      }
    };
    try {
      for (let count = 1; count <= 4; count++) {
        const asked = ask();
        asked.end(() => {});
        await untilReading(count);
        asked.abort();
      }
      const refused = await ask();
      expect(refused.status).toBe(429);
      expect(reading).toHaveLength(4);

      user = 'user:default/ben';
      const other = ask().then(({ status }) => status);
      await untilReading(5);
      reading[4]();
      expect(await other).toBe(200);

      user = 'user:default/ann';
      reading[0]();
      await new Promise(resolve => setImmediate(resolve));
      const again = ask().then(({ status }) => status);
      await untilReading(6);
      reading[5]();
      expect(await again).toBe(200);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
