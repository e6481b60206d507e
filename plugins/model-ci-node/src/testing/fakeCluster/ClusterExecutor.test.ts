import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeExecutorContract } from '../executorContract';
import { TransferServer } from '../TransferServer';
import { ClusterExecutor } from './ClusterExecutor';
import { FakeCluster } from './FakeCluster';

async function create(transfers?: TransferServer) {
  const directory = await mkdtemp(join(tmpdir(), 'model-ci-cluster-'));
  const cluster = new FakeCluster(directory);
  return {
    executor: new ClusterExecutor(cluster),
    recreate: async () => new ClusterExecutor(cluster),
    node: 'cluster',
    ...(transfers && { transfers }),
    removeBehind: async (handle: { job?: unknown }) =>
      await cluster.delete(String(handle.job)),
    remains: async (id: string) =>
      [...cluster.jobs.keys()].filter(name => name === `job-${id}`),
    loseAnswer() {
      cluster.lostAnswers++;
    },
    cluster: {
      setFull(isFull: boolean) {
        cluster.slots = isFull ? 0 : Infinity;
        cluster.schedule();
      },
      dropWatches: () => cluster.dropWatches(),
      showUnknown: (id: string, isUnknown: boolean) =>
        cluster.show(
          `job-${id}`,
          isUnknown ? { state: 'REQUEUE_HOLD' } : 'true',
        ),
    },
    async dispose() {
      await transfers?.stop();
      await rm(directory, { recursive: true });
    },
  };
}

const features = {
  networkNone: false,
  memoryLimit: false,
  shell: true,
  services: false,
  cluster: true,
  lostAnswers: Number(process.env.MODEL_CI_LOST_ANSWERS ?? 100),
};

describeExecutorContract('cluster that is streamed to', {
  features,
  create: async () => await create(),
});

describeExecutorContract('cluster that fetches and uploads', {
  features,
  create: async () => await create(await TransferServer.start()),
});
