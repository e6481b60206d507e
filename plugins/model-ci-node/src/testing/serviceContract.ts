import { randomUUID } from 'node:crypto';
import type { ServiceHost, ServiceSpec, ServiceState } from '../executor';
import {
  attempt,
  eventually,
  part,
  processAlive,
  uniqueSeconds,
  type ExecutorUnderTest,
} from './support';

/** The part of the executor contract that concerns services, for executors that host them. */
export function describeServices(subject: () => ExecutorUnderTest): void {
  describe('services', () => {
    const host = (): ServiceHost => {
      const { services } = subject().executor;
      if (!services) {
        throw new Error('This executor hosts no services');
      }
      return services;
    };

    const anotherHost = async (): Promise<ServiceHost> => {
      const { services } = await subject().recreate();
      return services ?? host();
    };

    const service = (
      script: string,
      rest: Partial<ServiceSpec> = {},
    ): ServiceSpec => ({
      serviceId: randomUUID(),
      deploymentId: 'deployment-1',
      pipelineRef: 'modelpipeline:default/contract',
      version: 3,
      environment: 'staging',
      node: subject().node,
      image: subject().image,
      script,
      port: 8080,
      env: {},
      resources: {},
      health: '/healthz',
      startupSeconds: 60,
      replicas: 1,
      ...rest,
      // As the backend signs them
      workspace: attempt(subject(), '', { workspace: rest.workspace ?? [] })
        .workspace,
    });

    const running = (
      services: ServiceHost,
      handle: Parameters<ServiceHost['inspect']>[0],
    ) =>
      eventually(async () => {
        const state = await services.inspect(handle);
        return state.type === 'running' ? { url: state.url } : undefined;
      }, 'the service runs');

    const exited = (
      services: ServiceHost,
      handle: Parameters<ServiceHost['inspect']>[0],
    ) =>
      eventually(async () => {
        const state: ServiceState = await services.inspect(handle);
        return state.type === 'exited' ? state : undefined;
      }, 'the service exited');

    it('runs, reports its address and its log, and stops politely', async () => {
      const spec = service(
        [
          'trap "echo bye; exit 0" TERM',
          'cat model.txt; echo listening on $PORT; echo $GREETING >&2; echo "$PASSWORD"',
          'while true; do sleep 0.1; done',
        ].join('\n'),
        {
          env: { GREETING: 'hello' },
          secrets: { PASSWORD: `it's "hidden"` },
          workspace: [part('.', { 'model.txt': 'weights\n' })],
        },
      );
      const handle = await host().start(spec);
      await eventually(
        async () => (await host().tailLog(handle, 1000)).includes('hidden'),
        'the log shows the start',
      );
      expect(await running(host(), handle)).toEqual({
        url: expect.stringMatching(/^http:\/\/[^/]+:\d+$/),
      });
      const log = await host().tailLog(handle, 1000);
      expect(log).toMatch(
        /^weights\nlistening on \d+\nhello\nit's "hidden"\n$/,
      );
      await expect(host().tailLog(handle, 9)).resolves.toBe('"hidden"\n');

      await host().stop(handle);
      expect((await host().inspect(handle)).type).toBe('exited');
      await expect(subject().remains(spec.serviceId)).resolves.toEqual([]);
      await host().stop(handle);
    });

    it('starts once however often it is asked', async () => {
      const spec = service('echo started; sleep 60');
      const [first, second] = await Promise.all([
        host().start(spec),
        host().start(spec),
      ]);
      const third = await (await anotherHost()).start(spec);
      await eventually(
        async () => (await host().tailLog(first, 1000)) === 'started\n',
        'it started',
      );
      const [one, ...others] = await Promise.all(
        [first, second, third].map(handle => running(host(), handle)),
      );
      expect(others).toEqual([one, one]);
      await expect(host().tailLog(third, 1000)).resolves.toBe('started\n');
      await host().stop(first);
    });

    it('is found again after a restart', async () => {
      const handle = await host().start(service('echo up; sleep 60'));
      const before = await running(host(), handle);
      const other = await anotherHost();
      const stored = JSON.parse(JSON.stringify(handle));
      expect(await running(other, stored)).toEqual(before);
      await eventually(
        async () => (await other.tailLog(stored, 100)) === 'up\n',
        'the other instance reads the log',
      );
      await other.stop(stored);
      expect((await host().inspect(handle)).type).toBe('exited');
    });

    it('reports how it exited, with its log, until it is removed', async () => {
      const handle = await host().start(service('echo broken >&2; exit 3'));
      await expect(exited(host(), handle)).resolves.toMatchObject({
        type: 'exited',
        exitCode: 3,
      });
      await expect(host().tailLog(handle, 100)).resolves.toBe('broken\n');
      await expect(exited(await anotherHost(), handle)).resolves.toMatchObject({
        exitCode: 3,
      });
      await host().stop(handle);
    });

    it('is killed with all it started when it does not stop', async () => {
      const seconds = uniqueSeconds();
      const handle = await host().start(
        service(
          `trap '' TERM\n setsid sleep ${seconds} &\n echo up\n while true; do sleep ${seconds}; done`,
        ),
      );
      await eventually(
        async () => (await host().tailLog(handle, 100)) === 'up\n',
        'it is up',
      );
      await host().stop(handle);
      await eventually(
        async () => !(await processAlive(`sleep ${seconds}`)),
        'everything is gone',
        5_000,
      );
      expect((await host().inspect(handle)).type).toBe('exited');
    });
  });
}
