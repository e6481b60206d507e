import {
  describeExecutorContract,
  TransferServer,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import { Clusters } from './Clusters';
import { KubernetesExecutor } from './KubernetesExecutor';
import { noteName } from './pods/killNote';
import { podName } from './pods/podName';
import { HostileFetch } from './testing/hostileFetch';
import {
  describeWithKubernetes,
  ensureNamespace,
  IMAGE,
  kubectl,
  MACHINE,
  NAMESPACE,
  setFull,
  testCluster,
} from './testing/testbed';

describeWithKubernetes('the kubernetes executor', () => {
  describeExecutorContract('kubernetes', {
    features: {
      networkNone: false,
      memoryLimit: true,
      shell: true,
      services: false,
      cluster: true,
      lostAnswers: Number(process.env.MODEL_CI_LOST_ANSWERS ?? 10),
    },
    create: async () => {
      ensureNamespace();
      setFull(false);
      const transfers = await TransferServer.start(MACHINE);
      const hostile = new HostileFetch();
      const all: Clusters[] = [];
      const connect = async () => {
        const clusters = new Clusters([testCluster()], {
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
            ...['-n', NAMESPACE, 'delete', 'pod', '--wait=false'],
            podName(String(attemptId)),
          );
        },
        remains: async id =>
          [podName(id), noteName(id)].flatMap(name =>
            kubectl(
              ...['-n', NAMESPACE, 'get', 'pods,secrets,configmaps'],
              ...['--field-selector', `metadata.name=${name}`, '-o', 'name'],
            )
              .split('\n')
              .filter(line => line !== ''),
          ),
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
        },
      };
    },
  });
});
