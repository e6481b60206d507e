import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeExecutorContract,
  TransferServer,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import { Clusters } from './Clusters';
import { KubernetesExecutor } from './KubernetesExecutor';
import { noteName } from './pods/killNote';
import { LABELS } from './pods/labels';
import { podName } from './pods/podName';
import { HostileFetch } from './testing/hostileFetch';
import {
  describeWithKubernetes,
  applyManifest,
  IMAGE,
  kubectl,
  MACHINE,
  setFull,
  testCluster,
} from './testing/testbed';

describeWithKubernetes('the kubernetes executor', () => {
  describeExecutorContract('kubernetes', {
    features: {
      networkNone: false,
      memoryLimit: true,
      shell: true,
      services: true,
      cluster: true,
      lostAnswers: Number(process.env.MODEL_CI_LOST_ANSWERS ?? 10),
    },
    create: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'model-ci-contract-'));
      const account = applyManifest(folder);
      setFull(false);
      const transfers = await TransferServer.start(MACHINE);
      const hostile = new HostileFetch();
      const all: Clusters[] = [];
      const connect = async () => {
        const config = testCluster({ ...account, instance: 'contract' });
        const clusters = new Clusters([config], {
          fetch: hostile.fetch,
        });
        all.push(clusters);
        return new KubernetesExecutor(clusters);
      };
      return {
        executor: await connect(),
        recreate: connect,
        node: 'testbed',
        image: IMAGE,
        cpus: 0.25,
        transfers,
        removeBehind: async ({ attemptId }) => {
          kubectl(
            ...['-n', 'model-ci', 'delete', 'pod', '--wait=false'],
            podName(String(attemptId)),
          );
        },
        inspect: async ({ attemptId }) =>
          kubectl(
            ...['-n', 'model-ci', 'get', 'pod', '-o', 'json'],
            podName(String(attemptId)),
          ),
        remains: async id => [...attemptRemains(id), ...serviceRemains(id)],
        loseAnswer() {
          hostile.lostAnswers++;
        },
        cluster: {
          setFull,
          dropWatches: () =>
            all.forEach(clusters => clusters.get('testbed').watch.renew()),
          showUnknown: (id, isUnknown) =>
            hostile.disguise(podName(id), isUnknown),
        },
        async dispose() {
          setFull(false);
          await Promise.all(all.map(clusters => clusters.dispose()));
          await transfers.stop();
          await rm(folder, { recursive: true });
        },
      };
    },
  });
});

function attemptRemains(id: string): string[] {
  return [podName(id), noteName(id)].flatMap(name =>
    names('pods,secrets,configmaps', [
      '--field-selector',
      `metadata.name=${name}`,
    ]),
  );
}

function serviceRemains(id: string): string[] {
  return names('pods,secrets,services,deployments', [
    '-l',
    `${LABELS.service}=${id}`,
  ]);
}

function names(kinds: string, selector: string[]): string[] {
  return kubectl('-n', 'model-ci', 'get', kinds, ...selector, '-o', 'name')
    .split('\n')
    .filter(line => line !== '');
}
