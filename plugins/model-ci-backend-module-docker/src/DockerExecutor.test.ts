import Docker from 'dockerode';
import { describeExecutorContract } from '@model-ci/backstage-plugin-model-ci-node/testing';
import { DockerExecutor } from './DockerExecutor';
import { Engines } from './Engines';
import { describeWithDocker, localEngine } from './testing/localEngine';

describeWithDocker('with the local engine', () => {
  describeExecutorContract('docker, local engine', {
    features: {
      networkNone: true,
      memoryLimit: true,
      shell: true,
      services: true,
      cluster: false,
      lostAnswers: Number(process.env.MODEL_CI_LOST_ANSWERS ?? 20),
    },
    async create() {
      const all: Engines[] = [];
      const create = () => {
        const engines = new Engines([localEngine()]);
        all.push(engines);
        return new DockerExecutor(engines);
      };
      const docker = new Docker();
      return {
        executor: create(),
        recreate: async () => create(),
        node: localEngine().name,
        image: 'busybox:latest',
        async removeBehind(handle) {
          await docker
            .getContainer(String(handle.containerId))
            .remove({ force: true });
        },
        inspect: async handle =>
          JSON.stringify(
            await docker.getContainer(String(handle.containerId)).inspect(),
          ),
        async remains(id) {
          const containers = await docker.listContainers({
            all: true,
            filters: { name: [id] },
          });
          return containers.flatMap(({ Names }) => Names);
        },
        async dispose() {
          await Promise.all(all.map(engines => engines.dispose()));
        },
      };
    },
  });
});
