import type { Server } from 'node:http';
import { once } from 'node:events';
import { mockServices } from '@backstage/backend-test-utils';
import { MiddlewareFactory } from '@backstage/backend-defaults/rootHttpRouter';
import { NotAllowedError } from '@backstage/errors';
import express from 'express';
import PromiseRouter from 'express-promise-router';
import { Slots } from '../limits/Slots';
import type { RouteContext } from './context';
import { hideInternals } from './hideInternals';
import { addTransferRoutes } from './transferRoutes';

const TOKEN = 'header.payload.signature';

describe('the token of a transfer', () => {
  const lines: string[] = [];
  let server: Server;
  let baseUrl: string;
  let failure: Error = new NotAllowedError('This transfer URL is not valid');

  beforeAll(async () => {
    const write = (...args: unknown[]) => lines.push(JSON.stringify(args));
    const logger = Object.assign(mockServices.logger.mock(), {
      ...{ info: write, warn: write, error: write, debug: write },
      child: () => logger,
    });
    const middleware = MiddlewareFactory.create({
      config: mockServices.rootConfig(),
      logger,
    });
    const router = PromiseRouter();
    const context: Pick<RouteContext, 'auditor' | 'transfers'> = {
      auditor: mockServices.auditor.mock({
        createEvent: async event => {
          write(event.request?.url, event.request?.originalUrl, event.meta);
          return {
            success: async () => {},
            fail: async args => void write(args),
          };
        },
      }),
      transfers: {
        tokens: {
          verify: async () => {
            throw failure;
          },
        },
        secrets: { handOver: async () => ({}) },
        slots: new Slots(1),
        uploading: new Slots(1),
        maxUploadBytes: 1,
        now: Date.now,
      },
    };
    addTransferRoutes(router, context as RouteContext);
    router.use(hideInternals({ logger }));
    const app = express();
    app.use(middleware.logging());
    app.use('/api/model-ci', router);
    app.use(middleware.notFound());
    app.use(middleware.error());
    server = app.listen(0);
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    baseUrl = `http://localhost:${port}/api/model-ci/transfers`;
  });

  afterAll(() => {
    server.close();
  });

  it.each([
    'nonsense.signature%zz',
    'header.payload.signature%',
    'header.payload.signature%zz?a=b',
  ])('stays out of them where it cannot be decoded: %s', async token => {
    failure = new NotAllowedError('This transfer URL is not valid');
    const answer = await fetch(`${baseUrl}/${token}`);
    expect(answer.status).toBe(403);
    expect(await answer.text()).not.toContain('signature');
    expect(lines.join('\n')).not.toContain('signature');
  });

  it.each(['/Transfers/', '/transfers/'])(
    'stays out of them where no route takes the rest, below %s',
    async prefix => {
      const address = `${baseUrl.replace('/transfers', prefix)}${TOKEN}/more`;
      const answer = await fetch(address);
      expect(answer.status).toBe(404);
      expect(await answer.text()).not.toContain('signature');
      expect(lines.join('\n')).not.toContain('signature');
    },
  );

  it.each([
    ['GET', 403, new NotAllowedError('This transfer URL is not valid')],
    ['PUT', 500, new Error('the database is away')],
    ['DELETE', 405, new Error('unused')],
  ])(
    'stays out of logs, records and answers of %s',
    async (method, status, error) => {
      failure = error;
      for (const token of [TOKEN, TOKEN.replaceAll('.', '%2e')]) {
        const answer = await fetch(`${baseUrl}/${token}`, { method });
        expect(answer.status).toBe(status);
        expect(await answer.text()).not.toContain('signature');
      }
      expect(lines.join('\n')).toContain('/transfers/');
      expect(lines.join('\n')).not.toContain('signature');
    },
  );
});
