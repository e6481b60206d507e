import { mockServices } from '@backstage/backend-test-utils';
import { MiddlewareFactory } from '@backstage/backend-defaults/rootHttpRouter';
import { NotFoundError } from '@backstage/errors';
import { deferred } from '@model-ci/backstage-plugin-model-ci-node';
import express from 'express';
import PromiseRouter from 'express-promise-router';
import request from 'supertest';
import {
  answerWaiting,
  explainDatabaseAway,
  refuseWhileAway,
} from './databaseAway';
import { hideInternals } from './hideInternals';

class Database {
  isDatabaseAway = false;
  private listener = () => {};

  onAway(listener: () => void) {
    this.listener = listener;
  }

  leave() {
    this.isDatabaseAway = true;
    this.listener();
  }
}

describe('A database that does not answer', () => {
  const logger = mockServices.logger.mock();

  function serve(handle: () => Promise<unknown>) {
    const database = new Database();
    const router = PromiseRouter();
    router.use(refuseWhileAway(database));
    router.use(answerWaiting(database));
    router.get('/', async (_req, res) => {
      res.json(await handle());
    });
    router.use(explainDatabaseAway(database));
    router.use(hideInternals({ logger }));
    const app = express();
    app.use(router);
    app.use(
      MiddlewareFactory.create({
        config: mockServices.rootConfig(),
        logger,
      }).error(),
    );
    return { database, app };
  }

  function expectAway({ status, body, headers }: request.Response) {
    expect(status).toBe(503);
    expect(body.error).toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringContaining('The database of the portal does not'),
      reason: { code: 'error.databaseAway' },
    });
    expect(headers['retry-after']).toBe('5');
  }

  it('is said to whoever asks, without being asked itself', async () => {
    const handle = jest.fn(async () => 'fine');
    const { database, app } = serve(handle);
    database.leave();
    expectAway(await request(app).get('/'));
    expect(handle).not.toHaveBeenCalled();
    database.isDatabaseAway = false;
    expect((await request(app).get('/')).body).toBe('fine');
  });

  it('is said to those who wait for it', async () => {
    const asked = deferred<void>();
    const answer = deferred<unknown>();
    const { database, app } = serve(async () => {
      asked.resolve();
      return await answer.promise;
    });
    const waiting = request(app)
      .get('/')
      .then(response => response);
    await asked.promise;
    database.leave();
    expectAway(await waiting);
    answer.resolve('too late');
    database.isDatabaseAway = false;
    expect((await request(app).get('/')).body).toBe('too late');
  });

  it('is known by what a lost connection throws', async () => {
    const lost = [
      Object.assign(new Error('terminating connection'), { code: '57P01' }),
      Object.assign(new Error('x'), { name: 'KnexTimeoutError' }),
      new Error('Connection terminated unexpectedly'),
    ];
    for (const error of lost) {
      const { app } = serve(() => Promise.reject(error));
      expectAway(await request(app).get('/'));
    }
    const { app } = serve(() => Promise.reject(new NotFoundError('no run')));
    expect((await request(app).get('/')).status).toBe(404);
  });
});
