import { attempt } from '@model-ci/backstage-plugin-model-ci-node/testing';
import { podOptions } from '../stageOptions';
import { testCluster } from '../testing/testbed';
import { checkImage } from './images';
import { podOf, secretOf } from './podSpec';
import { podName } from './podName';

const spec = attempt(
  {
    node: 'testbed',
    image: 'busybox',
    executor: undefined as never,
    recreate: undefined as never,
    removeBehind: undefined as never,
    remains: undefined as never,
  },
  'echo $HOME $(HOSTNAME)',
  {
    attemptId: 'attempt-1',
    env: { TOKEN: 'very secret' },
    resources: { cpus: 2, memoryBytes: 2 ** 30, gpus: 1 },
    workspace: [
      {
        path: '.',
        digest: 'sha256:1',
        open: async () => {
          throw new Error('It is fetched');
        },
        signUrl: async () => ({
          url: 'https://portal/t/signed',
          expiresAt: '',
        }),
      },
    ],
  },
);

describe('the pod of an attempt', () => {
  const cluster = testCluster({ gpuResource: 'example.com/gpu' });
  const pod = podOf(cluster, spec, podOptions(cluster, {}));

  it('satisfies the restricted pod security standard', () => {
    expect(pod.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65534,
        seccompProfile: { type: 'RuntimeDefault' },
      },
    });
    expect(pod.spec).not.toHaveProperty('hostNetwork');
    for (const container of pod.spec?.containers ?? []) {
      expect(container.securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        privileged: false,
      });
    }
    expect(
      pod.spec?.volumes?.every(volume => volume.emptyDir !== undefined),
    ).toBe(true);
  });

  it('asks for what its stage asks for, and no less', () => {
    const { resources } = pod.spec!.containers[1];
    expect(resources?.limits).toEqual({
      cpu: '2000m',
      memory: String(2 ** 30),
      'example.com/gpu': '1',
    });
    expect(resources?.requests).toEqual(resources?.limits);
  });

  it('asks for GPUs by the name that they have in the cluster, and for its stage alone', () => {
    const limits = (config: { gpuResource?: string }) =>
      podOf(
        testCluster(config),
        spec,
        podOptions(testCluster(config), {}),
      ).spec?.containers.map(({ resources }) =>
        Object.keys(resources?.limits ?? {}),
      );
    expect(limits({})).toEqual([
      ['cpu', 'memory'],
      ['cpu', 'memory', 'nvidia.com/gpu'],
    ]);
    expect(limits({ gpuResource: 'example.com/gpu' })).toEqual([
      ['cpu', 'memory'],
      ['cpu', 'memory', 'example.com/gpu'],
    ]);
  });

  it('names the queue of Kueue that admits it', () => {
    const queued = testCluster({ queue: 'ml', allow: { queues: ['urgent'] } });
    const label = 'kueue.x-k8s.io/queue-name';
    const labelsOf = (stage: { queue?: string }) =>
      podOf(queued, spec, podOptions(queued, stage)).metadata?.labels;
    expect(labelsOf({})).toMatchObject({ [label]: 'ml' });
    expect(labelsOf({ queue: 'urgent' })).toMatchObject({ [label]: 'urgent' });
    expect(pod.metadata?.labels).not.toHaveProperty([label]);
  });

  it('holds no script, no environment and no URL', async () => {
    const text = JSON.stringify(pod);
    for (const secret of ['very secret', 'signed', 'echo $HOME']) {
      expect(text).not.toContain(secret);
    }
    const secret = await secretOf(cluster, spec, { uid: 'uid-1' });
    expect(secret.stringData).toEqual({
      script: 'echo $HOME $(HOSTNAME)',
      fetch: 'https://portal/t/signed .',
      upload: '',
      'env.0': 'very secret',
    });
    expect(secret.metadata?.ownerReferences).toMatchObject([{ uid: 'uid-1' }]);
  });

  it('shows the stage neither log nor record, and lets it change no pipe', () => {
    const [sidecar, stage] = pod.spec!.containers;
    const mounts = (container: typeof stage) =>
      container.volumeMounts?.map(({ name, readOnly }) =>
        readOnly ? `${name} (read only)` : name,
      );
    expect(mounts(sidecar)).toEqual(['workspace', 'control', 'record']);
    expect(mounts(stage)).toEqual([
      ...['workspace', 'home', 'control (read only)'],
    ]);
  });

  it('has its dollars kept from Kubernetes', () => {
    const script = pod.spec!.containers[0].command![2];
    expect(script.replaceAll('$$', '')).not.toContain('$');
  });
});

describe('names', () => {
  it('of pods are plain, whatever an attempt is called', () => {
    expect(podName('0b8e-1')).toBe('model-ci-0b8e-1');
    for (const hostile of ['../x', 'A', 'x'.repeat(300), 'a b', '', 'ü\n']) {
      expect(podName(hostile)).toMatch(/^model-ci-[0-9a-f]{40}$/);
    }
  });

  it.each(['busybox', 'a.b:5000/c/d__e:1.2-x', `a@sha256:${'0'.repeat(64)}`])(
    'of images may be %s',
    image => {
      expect(() => checkImage({ ...spec, image })).not.toThrow();
    },
  );

  it.each(['upper/CASE', 'a b', 'a//b', '--privileged', 'a:b:c', '$(X)', 'ü'])(
    'of images are not %s',
    image => {
      expect(() => checkImage({ ...spec, image })).toThrow('not a valid name');
    },
  );
});
