import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import express from 'express';
import PromiseRouter from 'express-promise-router';
import { Slots } from '../limits/Slots';
import { hideInternals } from './hideInternals';
import { letMachineIn, machineOf } from './letMachineIn';
import type { MachineAccess } from './MachineAccess';

describe('letMachineIn', () => {
  let server: http.Server;
  const open: http.ClientRequest[] = [];

  beforeEach(async () => {
    const machines: Pick<MachineAccess, 'authenticate'> = {
      authenticate: async req => ({
        tokenId: req.headers.authorization ?? '',
        tokenName: 'tests',
        user: 'user:default/ann',
        actions: ['report'],
        pipelineRefs: [],
        credentials: mockCredentials.user(),
      }),
    };
    const slots = {
      requests: new Slots(1),
      followers: new Slots(0),
      predictions: new Slots(0),
    };
    const router = PromiseRouter();
    // Answered at once, and never to the end.
    router.get('*', letMachineIn({ machines, slots }, 'report'), (_, res) =>
      res.write(machineOf(res).tokenId),
    );
    const logger = mockServices.logger.mock();
    server = express()
      .use(router, hideInternals({ logger }, false))
      .listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => {
    open.splice(0).forEach(request => request.destroy());
    server.close();
  });

  const ask = async (authorization: string) => {
    const { port } = server.address() as AddressInfo;
    const request = http.get({ port, headers: { authorization } });
    open.push(request);
    const [answer] = await once(request, 'response');
    return answer.statusCode;
  };

  it('lets a token have so many requests under way, whatever others have', async () => {
    expect(await ask('one')).toBe(200);
    expect(await ask('one')).toBe(429);
    expect(await ask('two')).toBe(200);
  });
});
