import { createHash, randomUUID } from 'node:crypto';
import type {
  AttemptSpec,
  Executor,
  Handle,
  Phase,
} from '@model-ci/backstage-plugin-model-ci-node';
import {
  attempt,
  eventually,
  follow,
  logHolds,
  part,
  processAlive,
  readLog,
  TransferServer,
  uniqueSeconds,
} from '@model-ci/backstage-plugin-model-ci-node/testing';
import { reason, toReason } from '@model-ci/backstage-plugin-model-ci-common';
import type { JsonObject } from '@backstage/types';
import { Clusters } from './Clusters';
import { KubernetesExecutor } from './KubernetesExecutor';
import { podName } from './pods/podName';
import { BrokenLine } from './testing/BrokenLine';
import { record } from './testing/recording';
import { allReady, ask, testService, until } from './testing/testService';
import {
  create,
  describeWithKubernetes,
  IMAGE,
  KUBECONFIG,
  kubectl,
  MACHINE,
  SERVER,
  testbed,
  testCluster,
} from './testing/testbed';

/** A node that only pods go to that ask for it, so that what is done to it harms no other test. */
const SPARE = 'n3';
const TAINT = 'model-ci.dev/spare';
const ON_SPARE = {
  nodeSelector: { 'kubernetes.io/hostname': SPARE },
  tolerations: [{ key: TAINT, operator: 'Exists' }],
  allow: { tolerations: [TAINT] },
};

describeWithKubernetes('failures in a cluster', () => {
  jest.setTimeout(120_000);

  const namespace = `model-ci-${randomUUID().slice(0, 8)}`;
  const all: Clusters[] = [];
  // What a test that failed left waiting ends with the others
  const over = new AbortController();
  let transfers: TransferServer;
  let line: BrokenLine;

  beforeAll(async () => {
    kubectl('create', 'namespace', namespace);
    transfers = await TransferServer.start(MACHINE);
    line = await BrokenLine.open(KUBECONFIG);
  });

  afterAll(async () => {
    over.abort();
    await Promise.all(all.map(clusters => clusters.dispose()));
    await line?.close();
    await transfers?.stop();
    kubectl('delete', 'namespace', namespace, '--wait=false');
  });

  function connect(rest: JsonObject = {}) {
    const config = testCluster({ namespace, ...rest });
    const clusters = new Clusters([config]);
    all.push(clusters);
    return new KubernetesExecutor(clusters);
  }

  const spec = (
    executor: Executor,
    script: string,
    rest: Partial<AttemptSpec> = {},
  ) =>
    attempt(
      {
        executor,
        recreate: async () => executor,
        node: 'testbed',
        image: IMAGE,
        cpus: 0.1,
        transfers,
        removeBehind: async () => {},
        remains: async () => [],
      },
      script,
      rest,
    );

  async function start(
    executor: Executor,
    script: string,
    rest: Partial<AttemptSpec> = {},
  ) {
    const phases: Phase[] = [];
    const handle = await executor.submit(spec(executor, script, rest), phase =>
      phases.push(phase),
    );
    const outcome = executor.observe(handle, over.signal, phase =>
      phases.push(phase),
    );
    outcome.catch(() => {});
    return { handle, outcome, phases, pod: podName(String(handle.attemptId)) };
  }

  const reasons = (phases: Phase[]) =>
    phases.flatMap(phase =>
      phase.type === 'pending' ? [toReason(phase.reason).text] : [],
    );

  const take = (name: string, pod: string) =>
    record(name, all.at(-1)?.get('testbed').watch.find(pod));

  const kube = (...args: string[]) => kubectl('-n', namespace, ...args);

  describe('of the API server', () => {
    it('lose nothing of an attempt and its log, and double nothing', async () => {
      const executor = connect({ kubeconfig: line.kubeconfig });
      const count = 400;
      const { handle, outcome } = await start(
        executor,
        `i=0; while [ $i -lt ${count} ]; do echo $i; i=$((i+1)); [ $((i % 100)) -ne 0 ] || sleep 0.7; done; echo x > r; exit 3`,
        { results: ['r'] },
      );
      const log = readLog(executor, handle);
      await logHolds(executor, handle, '100\n');
      await line.breakFor(1_500);
      await expect(outcome).resolves.toEqual({ type: 'exited', exitCode: 3 });
      const expected = Array.from({ length: count }, (_, i) => `${i}\n`);
      expect((await log).toString()).toBe(expected.join(''));
      line.breakFor(500).catch(() => {});
      await expect(executor.collect(handle, 'r')).resolves.toMatchObject({
        digest: expect.stringMatching(/^sha256:/),
      });
      await eventually(
        () =>
          executor.cleanup(handle).then(
            () => true,
            () => false,
          ),
        'it is cleaned up',
      );
    });
  });

  describe('of the portal', () => {
    it('lose no byte of a long log and double none, whatever the kubelet rotates', async () => {
      const killed = connect();
      const count = 50_000;
      const handle = await killed.submit(
        spec(
          killed,
          `awk 'BEGIN { for (i = 1; i <= ${count}; i++) printf "%063d\\n", i }'`,
        ),
      );
      const stored = createHash('sha256');
      let offset = 0;
      const store = (data: Buffer) => {
        offset += data.length;
        stored.update(data);
      };
      for await (const { data } of killed.readLogs(handle, 0, over.signal)) {
        store(data);
        if (offset > 20 * count) {
          break;
        }
      }
      await all.at(-1)?.dispose();
      store(await readLog(connect(), handle, offset));
      const written = createHash('sha256');
      for (let i = 1; i <= count; i++) {
        written.update(`${String(i).padStart(63, '0')}\n`);
      }
      expect(offset).toBe(64 * count);
      expect(stored.digest('hex')).toBe(written.digest('hex'));
      const successor = connect();
      await expect(successor.observe(handle, over.signal)).resolves.toEqual({
        type: 'exited',
        exitCode: 0,
      });
      await successor.cleanup(handle);
    });

    it('are named where its account may not do what it has to', async () => {
      kube('create', 'serviceaccount', 'powerless');
      const token = kubectl(
        ...['-n', namespace, 'get', 'secrets', '-o'],
        `jsonpath={.items[?(@.metadata.annotations.kubernetes\\.io/service-account\\.name=="powerless")].data.token}`,
      );
      const executor = connect({
        ...SERVER,
        kubeconfig: undefined,
        token: Buffer.from(token, 'base64').toString(),
      });
      const [node] = await executor.inventory();
      expect(node).toMatchObject({ health: 'unreachable' });
      expect(node.message).toContain(
        `in namespace '${namespace}': grant 'get pods', 'list pods'`,
      );
      expect(node.message).toContain("'create pods/exec'");
      expect(node.message).toContain("'list resourcequotas'");
      expect(node.message).toContain("grant 'list nodes'");
      await expect(
        executor.submit(spec(executor, 'true')),
      ).rejects.toMatchObject({
        name: 'KubernetesApiError',
        message: expect.stringContaining('cannot create resource "pods"'),
      });
    });

    it('keep nobody from the end of an attempt whose results cannot be stored', async () => {
      const executor = connect();
      transfers.uploadStatus = 507;
      const { handle, outcome } = await start(executor, 'echo words > r', {
        results: ['r'],
      });
      await expect(outcome).resolves.toEqual({ type: 'exited', exitCode: 0 });
      await expect(executor.collect(handle, 'r')).rejects.toThrow(
        "'r' is not stored yet: HTTP 507",
      );
      transfers.uploadStatus = undefined;
      const stored = await eventually(
        () => executor.collect(handle, 'r').catch(() => undefined),
        'it is stored',
      );
      expect(stored).toEqual({ digest: expect.stringMatching(/^sha256:/) });
      await executor.cleanup(handle);
    });

    it('leave attempts over, which it finds again, and no others', async () => {
      const [executor, other] = ['one', 'other'].map(instance =>
        connect({ instance }),
      );
      const { handle } = await start(executor, 'echo ready; sleep 60');
      await logHolds(executor, handle, 'ready');
      const found = {
        attemptId: String(handle.attemptId),
        node: 'testbed',
        isOwn: true,
      };
      await expect(executor.listAttempts()).resolves.toEqual([found]);
      await expect(other.listAttempts()).resolves.toEqual([]);
      await executor.withdraw(found);
      await expect(executor.listAttempts()).resolves.toEqual([]);
    });
  });

  describe('of a sidecar', () => {
    it('end the stage before the attempt counts as lost', async () => {
      const executor = connect();
      const seconds = uniqueSeconds();
      const { handle, outcome, pod } = await start(
        executor,
        `echo ready; sleep ${seconds}`,
      );
      await logHolds(executor, handle, 'ready');
      expect(await processAlive(`sleep ${seconds}`)).toBe(true);
      // In the background: a shell that ends its own container may die before it has answered kubectl.
      const end = '(sleep 1; kill -TERM 1; kill -KILL -1) > /dev/null 2>&1 &';
      kube('exec', pod, '-c', 'sidecar', '--', 'sh', '-c', end);
      await expect(outcome).resolves.toMatchObject({
        type: 'lost',
        reason: { code: 'kubernetes.lostSidecar' },
      });
      expect(await processAlive(`sleep ${seconds}`)).toBe(false);
      await executor.cleanup(handle);
    });
  });

  describe('of an image', () => {
    it('are waited for while they may pass, and then end the attempt with the reason', async () => {
      const executor = connect({
        imageGraceSeconds: 3,
        pull: 'IfNotPresent',
      });
      const { handle, outcome, phases, pod } = await start(executor, 'true', {
        image: 'registry.invalid/team/none:1',
      });
      await expect(outcome).resolves.toMatchObject({
        type: 'lost',
        reason: expect.stringMatching(/^(ErrImagePull|ImagePullBackOff): /),
      });
      take('image-cannot-be-pulled', pod);
      expect(reasons(phases).join('\n')).toMatch(/ErrImagePull|ImagePullBack/);
      await executor.cleanup(handle);
    });

    it('end it at once where no try would help', async () => {
      const executor = connect({ imageGraceSeconds: 600 });
      await expect(
        executor.submit(spec(executor, 'true', { image: 'Not A Name' })),
      ).rejects.toMatchObject({ name: 'InputError' });
      // The cluster's policy for images is Never
      const { handle, outcome, pod } = await start(executor, 'true', {
        image: 'localhost/none:1',
      });
      await expect(outcome).resolves.toMatchObject({
        type: 'lost',
        reason: expect.stringContaining('ErrImageNeverPull'),
      });
      take('image-is-not-there', pod);
      await executor.cleanup(handle);
    });
  });

  describe('of limits', () => {
    it('let attempts wait for the quota of the namespace, and start them then', async () => {
      const own = `${namespace}-quota`;
      kubectl('create', 'namespace', own);
      try {
        kubectl('-n', own, 'create', 'quota', 'few', '--hard=pods=1');
        await eventually(
          () => kubectl('-n', own, 'get', 'quota', 'few').includes('pods: 0/1'),
          'the quota is known',
        );
        const executor = connect({ namespace: own });
        const first = await start(executor, 'sleep 60');
        const phases: Phase[] = [];
        const submitted = executor.submit(spec(executor, 'echo ran'), phase =>
          phases.push(phase),
        );
        await eventually(() => phases.length > 0, 'it waits');
        expect(reasons(phases)[0]).toMatch(
          /^exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1/,
        );
        const [node] = await executor.inventory();
        expect(node.message).toContain('quota few: pods 1 of 1');
        await executor.cancel(first.handle, 'cancelled');
        await first.outcome;
        await executor.cleanup(first.handle);
        const handle = await submitted;
        await expect(follow(executor, handle)).resolves.toEqual({
          outcome: { type: 'exited', exitCode: 0 },
          log: 'ran\n',
        });
        await executor.cleanup(handle);
      } finally {
        kubectl('delete', 'namespace', own, '--wait=false');
      }
    });

    it('are told apart: memory, disk, time of the pod, eviction by somebody', async () => {
      const executor = connect();
      const cases = await Promise.all([
        start(executor, 'x=x; while true; do x=$x$x; done', {
          resources: { cpus: 0.5, memoryBytes: 16 * 2 ** 20 },
        }),
        // A busy kubelet takes a while to see it.
        start(executor, 'head -c 20000000 /dev/zero > file; sleep 300', {
          options: { ephemeralStorage: '1Mi' },
        }),
        start(executor, 'echo ready; sleep 60'),
        start(executor, 'echo ready; sleep 60'),
      ]);
      const [time, eviction] = cases.slice(2);
      await Promise.all(
        [time, eviction].map(({ handle }) =>
          logHolds(executor, handle, 'ready'),
        ),
      );
      kube(
        ...['patch', 'pod', time.pod, '-p'],
        '{"spec":{"activeDeadlineSeconds":1}}',
      );
      create(
        {
          apiVersion: 'policy/v1beta1',
          kind: 'Eviction',
          metadata: { name: eviction.pod, namespace },
        },
        `/api/v1/namespaces/${namespace}/pods/${eviction.pod}/eviction`,
      );
      const outcomes = cases.map(async ({ outcome, pod }, index) => {
        const seen = await outcome;
        take(['out-of-memory', 'disk', 'deadline', 'removed'][index], pod);
        return seen;
      });
      await expect(Promise.all(outcomes)).resolves.toEqual([
        { type: 'killed', reason: 'out-of-memory' },
        {
          type: 'lost',
          reason: expect.stringMatching(/^Evicted: .*ephemeral/),
        },
        { type: 'killed', reason: 'timeout' },
        {
          type: 'lost',
          reason: reason('kubernetes.lostRemoved'),
        },
      ]);
      await Promise.all(cases.map(({ handle }) => executor.cleanup(handle)));
    });
  });

  describe('of a node', () => {
    beforeAll(() => {
      testbed('node.sh', ['up', SPARE], { TAINTS: `${TAINT}=:NoSchedule` });
    }, 90_000);

    afterAll(() => {
      testbed('node.sh', ['down', SPARE]);
      kubectl('delete', 'node', SPARE, '--wait=false');
    }, 60_000);

    it('and of who is more important end attempts as preempted, in pods that are as config and stage say', async () => {
      const name = `${namespace}-urgent`;
      const objects = [
        {
          apiVersion: 'scheduling.k8s.io/v1',
          kind: 'PriorityClass',
          metadata: { name },
          value: 1000,
        },
        {
          apiVersion: 'node.k8s.io/v1',
          kind: 'RuntimeClass',
          metadata: { name },
          handler: 'runc',
        },
      ];
      objects.forEach(object => create(object));
      try {
        const common = { ...ON_SPARE, labels: { team: 'ml' } };
        const executor = connect({
          ...common,
          allow: {
            ...ON_SPARE.allow,
            priorityClasses: [name],
            runtimeClasses: [name],
          },
        });
        const resources = { cpus: 1.2, memoryBytes: 64 * 2 ** 20 };
        const lower = await start(executor, 'echo ready; sleep 60', {
          resources,
        });
        await logHolds(executor, lower.handle, 'ready');
        const upper = await start(executor, 'echo ran', {
          resources,
          options: { priorityClass: name, runtimeClass: name },
        });
        await expect(lower.outcome).resolves.toEqual({
          type: 'killed',
          reason: 'preempted',
        });
        take('preempted', lower.pod);
        await executor.withdraw(withdrawal(lower.handle));
        await expect(upper.outcome).resolves.toEqual({
          type: 'exited',
          exitCode: 0,
        });
        const pod = JSON.parse(kube('get', 'pod', upper.pod, '-o', 'json'));
        expect(pod).toMatchObject({
          metadata: { labels: { team: 'ml' } },
          spec: {
            nodeName: SPARE,
            priorityClassName: name,
            runtimeClassName: name,
            nodeSelector: ON_SPARE.nodeSelector,
            tolerations: expect.arrayContaining(ON_SPARE.tolerations),
          },
        });
        await executor.cleanup(upper.handle);
      } finally {
        kubectl('delete', 'priorityclass,runtimeclass', name, '--wait=false');
      }
    });

    it('have the pods of services made elsewhere, and their address goes on', async () => {
      const { tolerations } = ON_SPARE;
      const { services } = connect({
        tolerations,
        services: { nodeLossSeconds: 2 },
      });
      const handle = await services.start(
        testService(transfers, { replicas: 3 }),
      );
      await allReady(services, handle);
      const places = () => kube('get', 'pods', '-o', 'wide');
      expect(places()).toContain(SPARE);
      testbed('node.sh', ['cut', SPARE]);
      try {
        await until(
          services,
          handle,
          state =>
            state.type === 'running' && state.replicas?.ready === 2 && state,
        );
        for (let calls = 0; calls < 5; calls++) {
          const { body } = await ask(services, handle, '/model');
          expect(body).toBe('m1');
        }
        await allReady(services, handle);
      } finally {
        testbed('node.sh', ['mend', SPARE]);
      }
      await services.stop(handle);
    });

    it('end attempts as lost; what comes back with it is removed and never reported', async () => {
      const executor = connect(ON_SPARE);
      const seconds = uniqueSeconds();
      const { handle, outcome, pod } = await start(
        executor,
        `cat in/file; sleep ${seconds}`,
        { workspace: [part('in', { file: 'ready\n' })] },
      );
      await logHolds(executor, handle, 'ready');
      testbed('node.sh', ['cut', SPARE]);
      try {
        await expect(outcome).resolves.toEqual({
          type: 'lost',
          reason: reason('kubernetes.lostNode', { node: SPARE }),
        });
        take('node-lost', pod);
        expect(await processAlive(`sleep ${seconds}`)).toBe(true);
      } finally {
        testbed('node.sh', ['mend', SPARE]);
      }
      const other = connect(ON_SPARE);
      await other.withdraw(withdrawal(handle));
      expect(await processAlive(`sleep ${seconds}`)).toBe(false);
      expect(
        kube('get', 'pods,secrets,configmaps', '-o', 'name'),
      ).not.toContain(pod);
      await expect(other.observe(handle, over.signal)).resolves.toMatchObject({
        type: 'lost',
      });
      await other.cleanup(handle);
    });
  });
});

function withdrawal(handle: Handle) {
  return { attemptId: String(handle.attemptId), node: 'testbed' };
}
