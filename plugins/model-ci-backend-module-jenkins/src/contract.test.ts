import {
  describeExecutorContract,
  TransferServer,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import {
  everythingOf,
  executorOf,
  remainsOf,
  startJenkins,
} from './testing/testbed';

describeExecutorContract('jenkins', {
  features: {
    networkNone: false,
    memoryLimit: false,
    shell: true,
    services: false,
    cluster: true,
    announcedResultsOnly: true,
    lostAnswers: 10,
  },
  async create() {
    const server = await startJenkins();
    const transfers = await TransferServer.start();
    const { jenkins } = server;
    return {
      executor: executorOf(server),
      recreate: async () => executorOf(server),
      node: 'ci',
      transfers,
      loseAnswer: () => server.loseAnswer(),
      remains: async id => await remainsOf(server, id),
      inspect: async ({ attemptId }) => everythingOf(server, `${attemptId}`),
      async removeBehind(handle) {
        for (const build of [...jenkins.builds.values()]) {
          if (build.attemptId === handle.attemptId) {
            await build.interrupt('stop', 'Aborted by somebody');
            jenkins.builds.delete(build.number);
          }
        }
      },
      cluster: {
        setFull: isFull => jenkins.setFull(isFull),
        dropWatches: () => server.dropConnections(),
        showUnknown(attemptId, isUnknown) {
          jenkins.unknown[isUnknown ? 'add' : 'delete'](attemptId);
        },
      },
      async dispose() {
        await server.stop();
        await transfers.stop();
      },
    };
  },
});
