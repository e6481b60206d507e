import { mockServices } from '@backstage/backend-test-utils';
import { MiddlewareFactory } from '@backstage/backend-defaults/rootHttpRouter';
import {
  ConflictError,
  InputError,
  ServiceUnavailableError,
} from '@backstage/errors';
import express from 'express';
import request from 'supertest';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { withReason } from '../withReason';
import { hideInternals } from './hideInternals';

describe('hideInternals', () => {
  const logger = mockServices.logger.mock();

  async function answerTo(error: Error, isDevelopment = false) {
    const app = express();
    app.get('/', () => {
      throw error;
    });
    app.use(hideInternals({ logger }, isDevelopment));
    app.use(
      MiddlewareFactory.create({
        config: mockServices.rootConfig(),
        logger,
      }).error(),
    );
    return await request(app).get('/');
  }

  it('answers what nobody meant for callers with an id, and logs it', async () => {
    const error = Object.assign(
      new Error("ENOENT: no such file or directory, open '/var/lib/x'"),
      { path: '/var/lib/x', syscall: 'open', code: 'ENOENT' },
    );
    const { status, body } = await answerTo(error);
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toMatch(/var|ENOENT|stack/);
    const [, id] = /as error (\S+)$/.exec(body.error.message) ?? [];
    expect(logger.error).toHaveBeenCalledWith(
      expect.stringContaining(id),
      error,
    );
  });

  it('leaves out what led to an error that callers see', async () => {
    const { status, body } = await answerTo(
      new ServiceUnavailableError(
        'The store is away',
        new Error('connect ECONNREFUSED /run/secret.sock'),
      ),
    );
    expect(status).toBe(503);
    expect(body.error).toEqual({
      name: 'ServiceUnavailableError',
      message: 'The store is away',
    });
  });

  it('keeps the reason by which pages word an error, and nothing like it', async () => {
    const why = reason('attempt.exited', { exitCode: 1 });
    const { status, body } = await answerTo(withReason(ConflictError, why));
    expect(status).toBe(409);
    expect(body.error).toEqual({
      name: 'ConflictError',
      message: why.text,
      reason: why,
    });
    const other = Object.assign(new ConflictError('no'), { reason: 'secret' });
    expect(JSON.stringify((await answerTo(other)).body)).not.toContain(
      'secret',
    );
  });

  it('leaves the words for callers as they are', async () => {
    const { status, body } = await answerTo(new InputError("'limit' is odd"));
    expect([status, body.error.message]).toEqual([400, "'limit' is odd"]);
  });

  it('leaves the status that a parser of bodies names by its kind of error', async () => {
    class PayloadTooLargeError extends Error {}
    Object.assign(PayloadTooLargeError.prototype, { statusCode: 413 });
    const { status, body } = await answerTo(new PayloadTooLargeError('large'));
    expect([status, body.error.message]).toEqual([413, 'large']);
  });

  it('hides nothing in development', async () => {
    const { body } = await answerTo(new Error('all of it'), true);
    expect(body.error.message).toBe('all of it');
  });
});
