import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { createTestDatabases } from '../database/testDatabase';
import type { DeploymentRow } from '../database/tables/deployments';
import { ALICE, actorOf, Fixture, PIPELINE } from './testing/createFixture';

const databases = createTestDatabases();
describe.each(databases.ids)(
  'services that their host keeps alive, on %s',
  databaseId => {
    let fixture: Fixture;

    beforeEach(async () => {
      fixture = new Fixture(await databases.init(databaseId));
      fixture.host.scales = true;
      fixture.host.replicas = { ready: 2, wanted: 2, restarts: 0 };
    });

    afterEach(async () => {
      await fixture.close();
    });

    async function row(id: string): Promise<DeploymentRow> {
      const [found] = await fixture
        .db<DeploymentRow>('deployments')
        .where({ id });
      return found;
    }

    it('take over with all of their replicas, and not with one of them', async () => {
      await fixture.registerVersion(1, { serving: { replicas: 2 } });
      await fixture.registerVersion(2, { serving: { replicas: 2 } });
      const replica = fixture.replica();
      const first = await fixture.serve(replica, 1);
      expect(fixture.host.orders[0]).toMatchObject({ replicas: 2 });
      expect(await replica.service.get(first)).toMatchObject({
        status: 'serving',
        replicas: { ready: 2, wanted: 2 },
      });

      fixture.host.replicas = { ready: 1, wanted: 2, restarts: 0 };
      const second = await fixture.serve(replica, 2);
      expect(await row(second)).toMatchObject({ status: 'starting' });
      expect(await row(first)).toMatchObject({ status: 'serving' });

      fixture.host.replicas = { ready: 2, wanted: 2, restarts: 0 };
      fixture.clock.advance(1);
      await fixture.settle(replica);
      expect(await row(second)).toMatchObject({ status: 'serving' });
      expect(await row(first)).toMatchObject({ status: 'superseded' });
    });

    it('wait for their engine without a limit, which counts from their start', async () => {
      await fixture.registerVersion(1);
      const replica = fixture.replica();
      fixture.host.sick.add(1);
      fixture.host.pending = 'Unschedulable: 0/2 nodes are available';
      const id = await fixture.serve(replica, 1);
      fixture.clock.advance(86_400);
      await fixture.settle(replica);
      expect(await row(id)).toMatchObject({
        status: 'starting',
        reason: expect.stringContaining('Unschedulable: 0/2 nodes'),
      });

      fixture.host.pending = undefined;
      fixture.host.startedAt = new Date(fixture.clock.now()).toISOString();
      for (const [seconds, status] of [
        [59, 'starting'],
        [2, 'failed'],
      ] as const) {
        fixture.clock.advance(seconds);
        await fixture.settle(replica);
        expect(await row(id)).toMatchObject({ status });
      }
    });

    it('are not started again by the portal; what the host starts is counted once', async () => {
      await fixture.registerVersion(1);
      const replica = fixture.replica();
      const id = await fixture.serve(replica, 1);
      const look = async (
        replicas: NonNullable<typeof fixture.host.replicas>,
      ) => {
        fixture.host.replicas = replicas;
        fixture.clock.advance(10);
        await fixture.settle(replica);
        return await replica.service.get(id);
      };

      expect(
        await look({ ready: 0, wanted: 2, restarts: 3, trouble: 'CrashLoop' }),
      ).toMatchObject({
        health: 'unhealthy',
        restarts: 3,
        reason: { text: '0 of 2 replicas are ready: CrashLoop' },
        replicas: { ready: 0, wanted: 2 },
      });
      expect(await look({ ready: 1, wanted: 2, restarts: 3 })).toMatchObject({
        health: 'healthy',
        restarts: 3,
        reason: { text: '1 of 2 replicas are ready' },
      });
      // One of them was replaced, and its restarts went with it
      await look({ ready: 2, wanted: 2, restarts: 1 });
      const healthy = await look({ ready: 2, wanted: 2, restarts: 2 });
      expect(healthy).toMatchObject({ health: 'healthy', restarts: 4 });
      expect(healthy.reason).toBeUndefined();
      expect(fixture.host.orders).toHaveLength(1);
    });

    it('say what people have to know of them although they are healthy', async () => {
      await fixture.registerVersion(1);
      const replica = fixture.replica();
      const id = await fixture.serve(replica, 1);
      const time = { time: '2026-11-27T12:00:00Z' };
      fixture.host.notice = reason('service.edited', {
        name: 'd',
        cluster: 'c',
        manager: 'kubectl-edit',
        time,
      });
      fixture.clock.advance(10);
      await fixture.settle(replica);
      expect(await replica.service.get(id)).toMatchObject({
        health: 'healthy',
        reason: { code: 'service.edited', parameters: { time } },
      });

      const scaled = reason('service.scaled', {
        name: 'd',
        cluster: 'c',
        replicas: 0,
        wanted: '1',
      });
      fixture.host.replicas = {
        ready: 0,
        wanted: 1,
        restarts: 0,
        trouble: scaled,
      };
      fixture.clock.advance(10);
      await fixture.settle(replica);
      expect(await replica.service.get(id)).toMatchObject({
        health: 'unhealthy',
        reason: {
          code: 'deployment.replicasMissingBecause',
          parameters: { trouble: { code: 'service.scaled' } },
          text: `0 of 1 replicas are ready: ${scaled.text}`,
        },
      });
    });

    it('are not called healthy without a word while their host makes them anew', async () => {
      await fixture.registerVersion(1);
      const replica = fixture.replica();
      const id = await fixture.serve(replica, 1);
      const look = async () => {
        fixture.clock.advance(10);
        await fixture.settle(replica);
        return await replica.service.get(id);
      };
      fixture.host.pending = 'Its pods are being created';
      expect(await look()).toMatchObject({
        health: 'healthy',
        reason: { text: 'Its pods are being created' },
      });
      fixture.host.sick.add(1);
      expect(await look()).toMatchObject({
        health: 'unhealthy',
        reason: { text: 'Its pods are being created' },
      });
      fixture.host.pending = undefined;
      fixture.host.sick.clear();
      const healthy = await look();
      expect(healthy).toMatchObject({ status: 'serving', health: 'healthy' });
      expect(healthy.reason).toBeUndefined();
    });

    it('are started again by the portal once they are gone', async () => {
      await fixture.registerVersion(1);
      const replica = fixture.replica();
      const id = await fixture.serve(replica, 1);
      await fixture.host.crash(1, 9);
      fixture.clock.advance(10);
      await fixture.settle(replica);
      expect(await row(id)).toMatchObject({ health: 'restarting' });
      fixture.clock.advance(2);
      await fixture.settle(replica);
      expect(await row(id)).toMatchObject({ health: 'healthy', restarts: 1 });
    });

    it.each([{ replicas: 2 }, { autoscale: { max: 2, cpu: 80 } }])(
      'are refused with %j where the executor runs one',
      async serving => {
        fixture.host.scales = false;
        await fixture.registerVersion(1, { serving });
        await expect(
          fixture.replica().service.deploy({
            pipelineRef: PIPELINE,
            version: 1,
            environment: 'staging',
            trigger: 'manual',
            by: actorOf(ALICE),
          }),
        ).rejects.toThrow(/serving.replicas .* executor 'process' runs one/);
      },
    );
  },
);
