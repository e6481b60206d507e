import { once } from 'node:events';
import {
  type ClientRequest,
  createServer,
  request,
  type Server,
} from 'node:http';
import path from 'node:path';
import express from 'express';
import {
  type BodyLimits,
  openBody,
} from '@model-ci/backstage-plugin-model-ci-node';
import { deadline } from '../__testUtils__/deadline';
import { makeFolder } from '../__testUtils__/gitHost';
import { createBareRepository } from './bareRepository';
import {
  GitHttpBackend,
  type GitHttpBackendOptions,
  type GitOutcome,
  type GitService,
} from './httpBackend';

describe('GitHttpBackend', () => {
  const servers: Server[] = [];
  let directory: string;

  beforeAll(async () => {
    directory = await makeFolder();
    await createBareRepository(path.join(directory, 'model.git'), {
      defaultBranch: 'main',
      uid: 'model',
    });
  });

  afterAll(() => servers.forEach(server => server.close()));

  /** A server that answers every request, and a request to it whose body has begun and not ended. */
  async function begin(
    service: GitService,
    options: Partial<GitHttpBackendOptions> = {},
    limits: Partial<BodyLimits> = {},
  ) {
    const backend = new GitHttpBackend({
      directory,
      timeoutMs: 60_000,
      stallMs: 60_000,
      ...options,
    });
    const outcomes: GitOutcome[] = [];
    const app = express();
    app.use(async (req, res) => {
      outcomes.push(
        await backend.serve(req, res, {
          repository: 'model',
          service,
          step: 'rpc',
          user: 'user:default/ann',
          body: openBody(req, {
            maxBytes: 16 * 1024 * 1024,
            windowMs: 60_000,
            minBytes: 1,
            ...limits,
          }),
        }),
      );
    });
    const server = createServer(app).listen(0);
    servers.push(server);
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const client: ClientRequest = request({ port, method: 'POST', path: '/' });
    const ended = new Promise<void>(resolve => {
      client.on('error', () => resolve());
      client.on('response', response => {
        response.resume();
        response.on('close', resolve);
      });
    });
    client.write('0');
    await deadline(() => expect(backend.running + outcomes.length).toBe(1));
    return { backend, outcomes, client, ended };
  }

  it('ends git when the client goes away', async () => {
    const { backend, outcomes, client } = await begin('git-receive-pack');
    client.destroy();
    await deadline(() =>
      expect(outcomes).toEqual([{ type: 'aborted', reason: 'client' }]),
    );
    expect(backend.running).toBe(0);
  });

  it('ends git and the connection when the time is up', async () => {
    const { outcomes, ended } = await begin('git-upload-pack', {
      timeoutMs: 50,
    });
    await ended;
    expect(outcomes).toEqual([{ type: 'aborted', reason: 'timeout' }]);
  });

  it('ends git when the client sends next to nothing', async () => {
    const { outcomes, ended } = await begin(
      'git-receive-pack',
      {},
      { windowMs: 50, minBytes: 1024 },
    );
    await ended;
    expect(outcomes).toEqual([{ type: 'aborted', reason: 'stalled' }]);
  });

  it('ends git when the request is larger than any push may be', async () => {
    const { outcomes, client, ended } = await begin('git-receive-pack');
    // Commands without end, which git reads into memory before it looks at them.
    const zero = '0'.repeat(40);
    const one = '1'.repeat(40);
    const command = (index: number) => {
      const line = `${zero} ${one} refs/heads/${index}${'x'.repeat(3000)}`;
      return (line.length + 4).toString(16).padStart(4, '0') + line;
    };
    client.write(
      `${command(0).slice(1)}${Array.from({ length: 6500 }, (_, index) =>
        command(index + 1),
      ).join('')}`,
    );
    await ended;
    await deadline(() =>
      expect(outcomes).toEqual([{ type: 'aborted', reason: 'size' }]),
    );
  });

  it('ends every request at shutdown', async () => {
    const { backend, outcomes, ended } = await begin('git-receive-pack');
    backend.stop();
    await ended;
    expect(outcomes).toEqual([{ type: 'aborted', reason: 'shutdown' }]);
  });
});
