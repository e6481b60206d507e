import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import type {
  AttemptSpec,
  PendingPhase,
  Phase,
} from '@model-ci/backstage-plugin-model-ci-node';
import { eventually } from '@model-ci/backstage-plugin-model-ci-node/testing';
import { Clusters } from './Clusters';
import { KubernetesExecutor } from './KubernetesExecutor';
import { lookAt } from './observePod';
import type { Pod } from './pods/podSchema';
import { FakeApiServer } from './testing/FakeApiServer';
import { testCluster } from './testing/testbed';

const QUOTA = 'exceeded quota: few, requested: pods=1, used: pods=1';
const POD = 'model-ci-a';

/** What a cluster takes that builds images. */
function builderOf() {
  const { imageBuilds, registries } = testCluster({ imageBuilds: {} }, [
    { host: 'registry.example', push: 'models' },
  ]);
  return { imageBuilds, registries };
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

describe('a pod that a quota refuses', () => {
  const all: Clusters[] = [];

  afterEach(async () => {
    await Promise.all(all.splice(0).map(clusters => clusters.dispose()));
  });

  function connect(server: FakeApiServer, config = server.config()) {
    const clusters = new Clusters([config], { fetch: server.fetch });
    all.push(clusters);
    return new KubernetesExecutor(clusters);
  }

  /** Submits, and resolves with what was reported first while it waits. */
  function submit(executor: KubernetesExecutor) {
    const stop = new AbortController();
    let handle: ReturnType<KubernetesExecutor['submit']> | undefined;
    const shown = new Promise<PendingPhase>(resolve => {
      handle = executor.submit(spec, resolve, stop.signal);
      handle.catch(() => {});
    });
    return { stop, shown, handle };
  }

  it('is waited for in the words of the quota, until nobody wants it any more', async () => {
    const server = new FakeApiServer();
    server.quota = QUOTA;
    const executor = connect(server);
    const { stop, shown, handle } = submit(executor);
    await expect(shown).resolves.toEqual({ type: 'pending', reason: QUOTA });
    stop.abort();
    await expect(handle).rejects.toMatchObject({ name: 'AbortError' });
    await executor.withdraw(spec);
    server.quota = undefined;
    expect(server.names('pods')).toEqual([]);
    expect(server.names('secrets')).toEqual([]);
  });

  it('goes on to be waited for by others who want it', async () => {
    const server = new FakeApiServer();
    server.quota = QUOTA;
    const executor = connect(server);
    const one = submit(executor);
    await one.shown;
    const other = submit(executor);
    await expect(other.shown).resolves.toMatchObject({ reason: QUOTA });
    one.stop.abort();
    await expect(one.handle).rejects.toMatchObject({ name: 'AbortError' });
    server.quota = undefined;
    await expect(other.handle).resolves.toMatchObject({ attemptId: 'a' });
    expect(server.names('pods')).toEqual([POD]);
  });

  it.each<[string, AttemptSpec]>([
    ['an attempt', spec],
    [
      'a build',
      { ...spec, build: { context: '.', dockerfile: 'Dockerfile', args: {} } },
    ],
  ])(
    'for want of limits is no fault of the stage, and nothing to wait for: %s',
    async (_, refused) => {
      const server = new FakeApiServer();
      server.quota =
        'failed quota: team: must specify limits.memory for: stage';
      const executor = connect(server, {
        ...server.config(),
        ...builderOf(),
      });
      await expect(executor.submit(refused, () => {})).rejects.toMatchObject({
        name: 'PlatformError',
        reason: {
          code: 'kubernetes.limitsDemanded',
          parameters: { said: server.quota },
          text: expect.stringContaining("'resources' in app-config"),
        },
      });
      expect(server.names('pods')).toEqual([]);
    },
  );

  it('is made once, whoever waits for it', async () => {
    const server = new FakeApiServer();
    server.quota = QUOTA;
    const waits = [connect(server), connect(server)].map(submit);
    await Promise.all(waits.map(({ shown }) => shown));
    server.quota = undefined;
    const [one, other] = await Promise.all(waits.map(({ handle }) => handle));
    expect(one).toEqual(other);
    expect(server.names('pods')).toEqual([POD]);
    expect(server.names('secrets')).toEqual([POD]);
  });
});

describe('a pod that the watch does not cover', () => {
  it('is seen as it is, and not kept', async () => {
    const server = new FakeApiServer();
    const connect = (instance: string) =>
      new Clusters([server.config({ instance })], { fetch: server.fetch });
    const before = connect('before');
    const { uid } = await new KubernetesExecutor(before).submit(spec);
    // The portal was given another name meanwhile
    const clusters = connect('after');
    const cluster = clusters.get('c');
    const phase = async () =>
      (await lookAt(cluster, { attemptId: 'a', uid: String(uid) }))?.status
        .phase;
    await expect(phase()).resolves.toBe('Pending');
    server.change(POD, { status: { phase: 'Running' } });
    await expect(phase()).resolves.toBe('Running');
    expect(cluster.watch.all()).toEqual([]);
    await Promise.all([before, clusters].map(one => one.dispose()));
  });
});

describe('a node that is cut off', () => {
  it('has no pod taken from its list by force, however often it is withdrawn', async () => {
    const server = new FakeApiServer();
    const clusters = new Clusters([server.config()], { fetch: server.fetch });
    const executor = new KubernetesExecutor(clusters);
    await executor.submit(spec);
    server.change(POD, {
      spec: { nodeName: 'n1' },
      // What the node said last: it may have started them since
      status: {
        phase: 'Pending',
        containerStatuses: ['sidecar', 'stage'].map(name => ({
          name,
          state: { waiting: { reason: 'ContainerCreating' } },
        })),
      },
    });
    let now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => {
      now += 31_000;
      return now;
    });
    for (let tries = 0; tries < 2; tries++) {
      await expect(executor.withdraw(spec)).rejects.toThrow('does its node');
    }
    clock.mockRestore();
    expect(server.names('pods')).toEqual([POD]);
    expect(server.writes.filter(text => text.includes('force'))).toEqual([]);
    await clusters.dispose();
  });
});

describe('a pod that has not got its Secret', () => {
  it.each<[string, (executor: KubernetesExecutor) => unknown]>([
    ['its attempt is withdrawn', executor => executor.withdraw(spec)],
    ['its workspace cannot be signed', () => Promise.reject(new Error('no'))],
  ])('goes at once when %s', async (_, happen) => {
    const server = new FakeApiServer();
    const clusters = new Clusters([server.config()], { fetch: server.fetch });
    const executor = new KubernetesExecutor(clusters);
    const happened: unknown[] = [];
    const signUrl = async () => {
      // A kubelet waits for the Secret by now
      server.change(POD, { spec: { nodeName: 'n1' } });
      const happens = happen(executor);
      happened.push(happens);
      await Promise.race([happens, setImmediate()]);
      return { url: 'https://portal.example/a' };
    };
    const open = async () => Readable.from([]);
    const workspace = [{ path: '.', digest: 'sha256:a', signUrl, open }];
    await expect(executor.submit({ ...spec, workspace })).rejects.toThrow();
    await Promise.allSettled(happened);
    expect(server.names('pods')).toEqual([]);
    expect(server.writes).toContain(`DELETE pods ${POD} by force`);
    await clusters.dispose();
  });
});

describe('a pod whose sidecar has died', () => {
  it('is ended before its attempt counts as lost', async () => {
    const server = new FakeApiServer();
    const clusters = new Clusters([server.config()], { fetch: server.fetch });
    const executor = new KubernetesExecutor(clusters);
    const handle = await executor.submit(spec);
    const status = (stage: object) => ({
      phase: 'Running',
      containerStatuses: [
        {
          name: 'sidecar',
          state: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
        },
        { name: 'stage', state: stage },
      ],
    });
    server.change(POD, {
      spec: { nodeName: 'n1' },
      status: status({ running: {} }),
    });
    let hasEnded = false;
    const { signal } = new AbortController();
    const outcome = executor.observe(handle, signal).finally(() => {
      hasEnded = true;
    });
    const removal = `DELETE pods ${POD}`;
    while (!server.writes.includes(removal)) {
      await setImmediate();
    }
    // The kubelet has not answered yet
    server.change(POD, {});
    expect(hasEnded).toBe(false);
    server.change(POD, {
      status: status({ terminated: { exitCode: 137, reason: 'Error' } }),
    });
    await expect(outcome).resolves.toEqual({
      type: 'lost',
      reason: reason('kubernetes.lostSidecar', { why: 'OOMKilled' }),
    });
    expect(server.writes.filter(text => text === removal)).toHaveLength(1);
    await clusters.dispose();
  });
});

describe('a stage whose results cannot be stored', () => {
  const digest = `sha256:${'a'.repeat(64)}`;

  /** Its command has succeeded, and its sidecar answers with `record`. */
  async function setUp() {
    const server = new FakeApiServer();
    const clusters = new Clusters([server.config()], { fetch: server.fetch });
    const executor = new KubernetesExecutor(clusters);
    const sidecar = { record: 'unstored HTTP 507 the disk is full' };
    jest
      .spyOn(clusters.get('c'), 'exec')
      .mockImplementation(async function* answer() {
        yield Buffer.from(
          `ran 5\nstarted 1795817366783\n${sidecar.record}\nend\n`,
        );
        return 0;
      });
    const handle = await executor.submit({
      ...spec,
      uploads: [
        {
          path: 'model',
          signUrl: async () => ({ url: 'https://p/t', expiresAt: '' }),
        },
      ],
    });
    const containerStatuses = [
      { name: 'sidecar', state: { running: {} } },
      {
        name: 'stage',
        state: { terminated: { exitCode: 0, reason: 'Completed' } },
      },
    ];
    server.change(POD, {
      spec: { nodeName: 'n1' },
      status: { phase: 'Running', containerStatuses },
    });
    const phases: Phase[] = [];
    const { signal } = new AbortController();
    await expect(
      executor.observe(handle, signal, phase => phases.push(phase)),
    ).resolves.toEqual({ type: 'exited', exitCode: 0 });
    expect(phases).toEqual([
      { type: 'running', startedAt: '2026-11-27T22:09:26.783Z', node: 'n1' },
    ]);
    const collect = async () => await executor.collect(handle, 'model');
    /** What the watch has told of the pod, once it is so. */
    const seen = async (isSo: (pod?: Pod) => boolean) =>
      await eventually(
        () => isSo(clusters.get('c').watch.find(POD)),
        'the watch tells it',
      );
    return { server, clusters, executor, handle, sidecar, collect, seen };
  }

  it('has ended, and its results are collected once they are stored', async () => {
    const { server, clusters, executor, handle, sidecar, collect } =
      await setUp();
    await expect(collect()).rejects.toThrow(
      "'model' is not stored yet: HTTP 507 the disk is full",
    );
    sidecar.record = `0 uploaded ${digest}`;
    await expect(collect()).resolves.toEqual({ digest });
    // Given up, or cleaned up: nothing is waited for
    await executor.cleanup(handle);
    expect(server.names('pods')).toEqual([]);
    await clusters.dispose();
  });

  it('has lost them once its pod is gone, and not before', async () => {
    const { server, clusters, collect, seen } = await setUp();
    // The node is missed: the cluster takes its pods away, and it may come back until they are gone
    server.change(POD, {
      metadata: { deletionTimestamp: new Date().toISOString() },
      status: {
        ...server.pod(POD).status,
        conditions: [
          {
            type: 'DisruptionTarget',
            status: 'True',
            reason: 'DeletionByTaintManager',
          },
        ],
      },
    });
    await seen(pod => pod?.metadata.deletionTimestamp !== undefined);
    await expect(collect()).rejects.toMatchObject({
      name: 'Error',
      message: expect.stringContaining('can be read at present'),
    });
    server.drop(POD);
    await seen(pod => pod === undefined);
    await expect(collect()).rejects.toMatchObject({
      name: 'ResultsLostError',
      reason: { code: 'kubernetes.lostRemoved' },
    });
    await clusters.dispose();
  });

  it('has lost them once its sidecar has ended', async () => {
    const { server, clusters, collect, seen } = await setUp();
    const terminated = { exitCode: 137, reason: 'Error' };
    server.change(POD, {
      status: {
        phase: 'Running',
        containerStatuses: [
          { name: 'sidecar', state: { terminated } },
          { name: 'stage', state: { terminated: { exitCode: 0 } } },
        ],
      },
    });
    await seen(
      pod => pod?.status.containerStatuses[0]?.state.terminated !== undefined,
    );
    await expect(collect()).rejects.toMatchObject({
      name: 'ResultsLostError',
      reason: {
        code: 'kubernetes.lostResults',
        parameters: { why: 'Error' },
      },
    });
    await clusters.dispose();
  });
});
