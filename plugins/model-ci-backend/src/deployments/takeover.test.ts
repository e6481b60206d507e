import { text } from 'node:stream/consumers';
import { createTestDatabases } from '../database/testDatabase';
import { Fixture, ALICE, actorOf } from './testing/createFixture';
import {
  EndpointServers,
  send,
  until,
  type Answer,
} from './testing/EndpointClient';

const databases = createTestDatabases();
describe.each(databases.ids)(
  'An endpoint during a takeover on %s',
  databaseId => {
    let fixture: Fixture;
    const servers = new EndpointServers();

    beforeEach(async () => {
      fixture = new Fixture(await databases.init(databaseId));
    });

    afterEach(async () => {
      servers.close();
      await fixture.close();
    });

    it('looks again when another replica moved the endpoint and the old service is gone', async () => {
      await fixture.registerVersion(1);
      await fixture.registerVersion(2);
      const [here, there] = [fixture.replica(), fixture.replica()];
      await fixture.serve(here, 1);
      const port = await servers.listen(here.endpointProxy);
      expect((await send(port, '/')).headers['x-model-version']).toBe('1');

      await fixture.serve(there, 2);
      await fixture.host.crash(1, 0);
      const answer = await send(port, '/predict', { body: '{}' });
      expect(answer).toMatchObject({
        status: 200,
        headers: { 'x-model-version': '2' },
      });
    });

    it('sees a takeover by another replica after a second', async () => {
      await fixture.registerVersion(1);
      await fixture.registerVersion(2);
      const [here, there] = [fixture.replica(), fixture.replica()];
      await fixture.serve(here, 1);
      const port = await servers.listen(here.endpointProxy);
      await send(port, '/');
      await fixture.serve(there, 2);
      fixture.clock.advance(1);
      expect((await send(port, '/')).headers['x-model-version']).toBe('2');
    });

    it('fails no request while a new version takes over', async () => {
      await fixture.registerVersion(1);
      await fixture.registerVersion(2);
      const replica = fixture.replica();
      await fixture.serve(replica, 1);
      const port = await servers.listen(replica.endpointProxy);

      let release = () => {};
      const released = new Promise<void>(resolve => {
        release = resolve;
      });
      let slowArrived = () => {};
      const arrived = new Promise<void>(resolve => {
        slowArrived = resolve;
      });
      fixture.host.handler = async (req, res, spec) => {
        if (req.url === '/slow') {
          slowArrived();
          await released;
        }
        res.end(
          JSON.stringify({ version: spec.version, body: await text(req) }),
        );
      };

      let enough = false;
      const answers: Answer[] = [];
      const clients = Array.from({ length: 8 }, async (_, client) => {
        const seen: number[] = [];
        while (!enough) {
          const answer = await send(port, '/predict', {
            body: client % 2 ? `{"client":${client}}` : undefined,
          });
          answers.push(answer);
          seen.push(Number(answer.headers['x-model-version']));
        }
        return seen;
      });
      const slow = send(port, '/slow');
      await arrived;
      await answered(answers, '1', 50);

      await fixture.serve(replica, 2);
      // This process made the change, so it counts at once.
      expect((await send(port, '/predict')).headers['x-model-version']).toBe(
        '2',
      );
      fixture.clock.advance(10);
      // Nothing new arrives at the old service, but one request to it is still open.
      expect(await replica.loop.cleanServices()).toBe(0);
      expect(fixture.host.runningVersions()).toEqual([1, 2]);
      release();
      expect(await slow).toMatchObject({
        status: 200,
        headers: { 'x-model-version': '1' },
      });
      await answered(answers, '2', 50);
      expect(await replica.loop.cleanServices()).toBe(1);
      expect(fixture.host.runningVersions()).toEqual([2]);
      await answered(answers, '2', 150);
      enough = true;

      const sequences = await Promise.all(clients);
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
      for (const seen of sequences) {
        expect(seen).toEqual([...seen].sort());
        expect(new Set(seen)).toEqual(new Set([1, 2]));
      }
    });

    it('does not wait for ever for a request that never ends', async () => {
      await fixture.registerVersion(1);
      const replica = fixture.replica();
      const id = await fixture.serve(replica, 1);
      const port = await servers.listen(replica.endpointProxy);
      const arrived = new Promise<void>(resolve => {
        fixture.host.handler = () => resolve();
      });
      const endless = send(port, '/');
      await arrived;
      await replica.service.stop(id, actorOf(ALICE));
      fixture.clock.advance(29);
      expect(await replica.loop.cleanServices()).toBe(0);
      fixture.clock.advance(1);
      expect(await replica.loop.cleanServices()).toBe(1);
      expect((await endless).status).toBe(503);
    });
  },
);

/** Resolves once so many answers came from a version. */
async function answered(
  answers: Answer[],
  version: string,
  count: number,
): Promise<void> {
  await until(
    async () =>
      answers.filter(a => a.headers['x-model-version'] === version).length >=
      count,
  );
}
