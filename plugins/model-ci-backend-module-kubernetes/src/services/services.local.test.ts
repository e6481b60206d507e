import { randomUUID } from 'node:crypto';
import { fetch } from 'undici';
import { TransferServer } from '@model-ci/backstage-plugin-model-ci-node/testing';
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
import { KubernetesServices } from './KubernetesServices';

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

  function connect(answers: Fetch = fetch) {
    const config = testCluster({ namespace });
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
      reason: 'Its Service was removed',
    });
    kube('delete', 'deployment', name, '--wait=false');
    await until(
      host,
      handle,
      state =>
        state.type === 'exited' &&
        state.reason === 'Its Deployment was removed' &&
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
});
