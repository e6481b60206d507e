import { ConfigReader } from '@backstage/config';
import type { AttemptSpec } from '@model-ci/backstage-plugin-model-ci-node';
import { Response } from 'undici';
import type { Fetch } from '../cluster/Api';
import type { Cluster } from '../cluster/Cluster';
import { Clusters } from '../Clusters';
import { readClusterConfigs } from '../config';
import { podOptions } from '../stageOptions';
import { noteKill } from './killNote';
import { startPod } from './startPod';

const CONFLICT = {
  reason: 'Conflict',
  message:
    'Operation cannot be fulfilled on resourcequotas "team": the object has been modified',
};

/** A cluster that makes pods, and refuses everything else with one answer. */
function clusterThat(answer: { reason: string; message: string }): Cluster {
  const configs = readClusterConfigs(
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
  const fetch: Fetch = async url =>
    String(url).endsWith('/pods')
      ? Response.json({ metadata: { name: 'model-ci-a', uid: 'u' } })
      : Response.json(answer, { status: 409 });
  return new Clusters(configs, { fetch }).get('c');
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
  network: 'default',
  workspace: [],
  maxLogBytes: 1000,
  timeoutSeconds: 10,
};

async function start(cluster: Cluster) {
  return await startPod(cluster, spec, {
    options: podOptions(cluster.config, {}),
    signals: {
      withdrawn: new AbortController().signal,
      abandoned: new AbortController().signal,
    },
    onPhase: () => {},
  });
}

describe('conflicts', () => {
  it('over a quota are not taken for a Secret or a note that is there', async () => {
    const cluster = clusterThat(CONFLICT);
    await expect(start(cluster)).rejects.toThrow('resourcequotas');
    await expect(noteKill(cluster, 'a', 'cancelled')).rejects.toThrow(
      'resourcequotas',
    );
  });

  it('with what an earlier call has made are none', async () => {
    const cluster = clusterThat({
      reason: 'AlreadyExists',
      message: 'it exists',
    });
    await expect(start(cluster)).resolves.toMatchObject({
      metadata: { uid: 'u' },
    });
    await expect(noteKill(cluster, 'a', 'cancelled')).resolves.toBe(undefined);
  });
});
