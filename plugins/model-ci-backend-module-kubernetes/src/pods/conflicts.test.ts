import { ConfigReader } from '@backstage/config';
import type { AttemptSpec } from '@model-ci/backstage-plugin-model-ci-node';
import { ApiError } from '../cluster/ApiError';
import type { Cluster } from '../cluster/Cluster';
import { readClusterConfigs } from '../config';
import { podOptions } from '../stageOptions';
import { noteKill } from './killNote';
import { startPod } from './startPod';

const conflict = new ApiError(
  409,
  'Conflict',
  'Operation cannot be fulfilled on resourcequotas "team": the object has been modified',
);

/** A cluster that makes pods, and answers everything else in one way. */
function clusterThat(answer: ApiError): Cluster {
  const [config] = readClusterConfigs(
    new ConfigReader({
      modelCi: {
        executors: {
          kubernetes: {
            clusters: [{ name: 'c', server: 'https://c.example', token: 't' }],
          },
        },
      },
    }),
  );
  return {
    config,
    watch: { learn: () => {} },
    create: async (kind: string) => {
      if (kind !== 'pods') {
        throw answer;
      }
      return { metadata: { name: 'model-ci-a', uid: 'u' } };
    },
  } as Partial<Cluster> as Cluster;
}

const spec: AttemptSpec = {
  attemptId: 'a',
  runId: 'r',
  stage: 'train',
  pipelineRef: 'modelpipeline:default/p',
  node: 'c',
  image: 'busybox',
  script: 'true',
  env: {},
  resources: {},
  workspace: [],
  maxLogBytes: 1000,
  timeoutSeconds: 10,
};

async function start(cluster: Cluster) {
  return await startPod(cluster, spec, {
    options: podOptions(cluster.config, {}),
    signal: new AbortController().signal,
    onPhase: () => {},
  });
}

describe('conflicts', () => {
  it('over a quota are not taken for a Secret or a note that is there', async () => {
    const cluster = clusterThat(conflict);
    await expect(start(cluster)).rejects.toBe(conflict);
    await expect(noteKill(cluster, 'a', 'cancelled')).rejects.toBe(conflict);
  });

  it('with what an earlier call has made are none', async () => {
    const cluster = clusterThat(new ApiError(409, 'AlreadyExists', 'exists'));
    await expect(start(cluster)).resolves.toMatchObject({
      metadata: { uid: 'u' },
    });
    await expect(noteKill(cluster, 'a', 'cancelled')).resolves.toBe(undefined);
  });
});
