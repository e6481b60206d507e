import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@backstage/types';
import { fetch } from 'undici';
import {
  toReason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  eventually,
  TransferServer,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import { Clusters } from '../Clusters';
import type { Fetch } from '../cluster/Api';
import { podName } from '../pods/podName';
import {
  describeWithKubernetes,
  kubectl,
  MACHINE,
  testCluster,
} from '../testing/testbed';
import { allReady, ask, testService, until } from '../testing/testService';
import { IngressProxy, podOf, resolveTo } from '../testing/IngressProxy';
import { KubernetesServices } from './KubernetesServices';

const codeOf = (why: string | Reason = '') => toReason(why).code;

describeWithKubernetes('services in a cluster', () => {
  jest.setTimeout(120_000);

  const namespace = `model-ci-${randomUUID().slice(0, 8)}`;
  const kube = (...args: string[]) => kubectl('-n', namespace, ...args);
  const all: Clusters[] = [];
  let transfers: TransferServer;

  beforeAll(async () => {
    kubectl('create', 'namespace', namespace);
    transfers = await TransferServer.start(MACHINE);
  });

  afterAll(async () => {
    await Promise.all(all.map(clusters => clusters.dispose()));
    await transfers?.stop();
    kubectl('delete', 'namespace', namespace, '--wait=false');
  });

  function connect(answers: Fetch = fetch, rest: JsonObject = {}) {
    const config = testCluster({ namespace, ...rest });
    const clusters = new Clusters([config], { fetch: answers });
    all.push(clusters);
    return new KubernetesServices(clusters);
  }

  it('are started once however many answers get lost, and are gone where somebody removes them', async () => {
    const lost = new Set<string>();
    const host = connect(async (url, init) => {
      const response = await fetch(url, init);
      if (init?.method === 'POST' && !lost.has(String(url))) {
        lost.add(String(url));
        await response.text();
        throw new Error('socket hang up');
      }
      return response;
    });
    const spec = testService(transfers, { replicas: 2 });
    for (let tries = 1; tries <= 3; tries++) {
      await expect(host.start(spec)).rejects.toThrow('socket hang up');
    }
    const handle = await host.start(spec);
    expect(lost.size).toBe(3);
    await allReady(host, handle);
    await expect(ask(host, handle, '/model')).resolves.toEqual({
      status: 200,
      body: 'm1',
    });
    expect(await host.tailLog(handle, 10_000)).toMatch(
      /==> model-ci-\S+ <==\nup\n[^]*==> model-ci-\S+ <==\nup\n/,
    );

    const name = podName(spec.serviceId);
    kube('delete', 'service', name);
    await expect(host.inspect(handle)).resolves.toEqual({
      type: 'exited',
      reason: {
        code: 'service.addressRemoved',
        parameters: { name, cluster: 'testbed' },
        text: `Service ${name} was removed from cluster testbed`,
      },
    });
    kube('delete', 'deployment', name, '--wait=false');
    await until(
      host,
      handle,
      state =>
        state.type === 'exited' &&
        codeOf(state.reason) === 'service.deploymentRemoved' &&
        state,
    );
    await host.stop(handle);
  });

  it('are started again by their cluster, with the log of before', async () => {
    const host = connect();
    const spec = testService(transfers, {
      script:
        'echo up; (sleep 5; echo down; kill -KILL -1) & exec httpd -f -p $PORT -h www',
    });
    const handle = await host.start(spec);
    await allReady(host, handle);
    const again = await until(
      host,
      handle,
      state =>
        state.type === 'running' &&
        (state.replicas?.restarts ?? 0) > 0 &&
        state,
    );
    expect(again).toMatchObject({ type: 'running', replicas: { wanted: 1 } });
    expect(await host.tailLog(handle, 10_000)).toContain('up\ndown\n');
    await host.stop(handle);
  });

  /** What there is of a service; its pods go with them, as soon as their nodes come to it. */
  const partsOf = (name: string) =>
    kube(...['get', 'deployments,services,secrets,ingresses,hpa', '-o', 'name'])
      .split('\n')
      .filter(part => part.includes(name));
  const gone = (name: string) =>
    eventually(
      async () => partsOf(name).length === 0,
      'nothing is left of the service',
      60_000,
    );

  it('leave nothing where the cluster refuses a part of them, and run nothing before', async () => {
    const refused = connect(fetch, {
      services: {
        reach: 'ingress',
        url: 'http://{service}.models.test',
        ingress: { annotations: { 'not valid!': 'x' } },
      },
    });
    const spec = testService(transfers);
    await expect(refused.start(spec)).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('not valid!'),
    });
    await gone(podName(spec.serviceId));

    const host = connect();
    const over = testService(transfers);
    kube('create', 'quota', 'no-services', '--hard=services=0');
    try {
      await eventually(
        async () =>
          kube('get', 'quota', 'no-services', '-o', 'json').includes('"used"'),
        'the quota is known',
      );
      await expect(host.start(over)).rejects.toThrow('exceeded quota');
      const name = podName(over.serviceId);
      expect(partsOf(name)).toEqual([`deployment.apps/${name}`]);
      // It may be taken later, and is begun only then; or it is given up
      await host.withdraw({ serviceId: over.serviceId, node: 'testbed' });
      await gone(name);
    } finally {
      kube('delete', 'quota', 'no-services');
    }
  });

  it('say why they do not start, in the words of whoever keeps them', async () => {
    const host = connect();
    const start = (rest: object) =>
      host.start(testService(transfers, { script: 'sleep 600', ...rest }));
    const [image, large, gpus, silent] = await Promise.all([
      start({ image: 'localhost/none:1' }),
      start({ resources: { cpus: 1_000 } }),
      start({ resources: { cpus: 0.05, gpus: 3 } }),
      start({}),
    ]);
    await expect(
      until(host, image, state => state.type === 'exited' && state),
    ).resolves.toMatchObject({
      reason: {
        code: 'service.imageFailed',
        parameters: { said: expect.stringContaining('ErrImageNeverPull') },
      },
    });
    for (const [handle, what] of [
      [large, 'Insufficient cpu'],
      [gpus, 'Insufficient nvidia.com/gpu'],
    ] as const) {
      const waiting = await until(
        host,
        handle,
        state =>
          state.type === 'pending' &&
          codeOf(state.reason) === 'service.unschedulable' &&
          state,
      );
      expect(toReason(waiting.reason).text).toContain(what);
    }
    await expect(
      until(
        host,
        silent,
        state =>
          state.type === 'running' &&
          codeOf(state.replicas?.trouble) === 'service.silent' &&
          state,
      ),
    ).resolves.toMatchObject({ replicas: { ready: 0, wanted: 1 } });
    await Promise.all(
      [image, large, gpus, silent].map(handle => host.stop(handle)),
    );
  });

  it('say who has changed them, and do not undo it', async () => {
    const host = connect();
    const spec = testService(transfers);
    const handle = await host.start(spec);
    await allReady(host, handle);
    await expect(host.inspect(handle)).resolves.not.toHaveProperty('notice');
    const name = podName(spec.serviceId);
    kube('set', 'env', `deployment/${name}`, 'CHANGED=1');
    await expect(
      until(
        host,
        handle,
        state => state.type === 'running' && state.notice && state,
      ),
    ).resolves.toMatchObject({
      notice: {
        code: 'service.edited',
        parameters: {
          name,
          cluster: 'testbed',
          manager: expect.stringMatching(/^kubectl/),
        },
      },
    });
    kube('scale', `deployment/${name}`, '--replicas=0');
    await expect(
      until(
        host,
        handle,
        state =>
          state.type === 'running' && state.replicas?.ready === 0 && state,
      ),
    ).resolves.toMatchObject({
      replicas: {
        wanted: 1,
        trouble: { code: 'service.scaled', parameters: { replicas: 0 } },
      },
    });
    await host.stop(handle);
  });

  it('scale, have GPUs, are reached by their Ingress or their own address, and leave nothing when they stop', async () => {
    const proxy = await IngressProxy.start(kube);
    try {
      const services = {
        reach: 'ingress',
        url: `http://{service}.models.test:${proxy.port}`,
        ingress: { className: 'test' },
      };
      const host = connect(fetch, { services });
      const spec = testService(transfers, {
        resources: { cpus: 0.05, gpus: 1 },
        autoscale: { max: 3, cpu: 80 },
      });
      const handle = await host.start(spec);
      await allReady(host, handle);
      const name = podName(spec.serviceId);
      const { spec: scaling } = JSON.parse(
        kube('get', 'hpa', name, '-o', 'json'),
      );
      expect(scaling).toMatchObject({
        minReplicas: 1,
        maxReplicas: 3,
        scaleTargetRef: { kind: 'Deployment', name },
      });
      const limits = kube(
        ...['get', 'pods', '-l', `model-ci.dev/service=${spec.serviceId}`],
        ...['-o', 'jsonpath={.items[*].spec.containers[*].resources.limits}'],
      );
      expect(JSON.parse(limits)).toMatchObject({ 'nvidia.com/gpu': '1' });

      const page = { status: 200, body: 'm1' };
      const toProxy = resolveTo(() => '127.0.0.1');
      await expect(ask(host, handle, '/model', toProxy)).resolves.toEqual(page);
      // As the cluster would resolve the name of the Service, and kube-proxy choose a pod
      const direct = connect(fetch, { services: { reach: 'cluster' } });
      const toPod = resolveTo(() => podOf(kube, name)?.host ?? '');
      await expect(ask(direct, handle, '/model', toPod)).resolves.toEqual(page);

      await host.stop(handle);
      await gone(name);
    } finally {
      proxy.stop();
    }
  });
});
