import { ANNOTATIONS } from '../pods/labels';
import { judgeService } from './judgeService';
import { deploymentSchema, servicePodSchema } from './schemas';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const AT = '2026-11-27T11:59:00Z';

const UP = {
  type: 'Progressing',
  status: 'True',
  reason: 'NewReplicaSetAvailable',
};
const READY = { type: 'Ready', status: 'True' };
const FETCHED = { terminated: { exitCode: 0, finishedAt: AT } };
const RUNNING = { running: { startedAt: AT } };

const waits = (reason: string, message?: string) => ({
  waiting: { reason, message },
});
const ended = (exitCode: number, reason = 'Error', message?: string) => ({
  terminated: { exitCode, reason, message, finishedAt: AT },
});

interface PodParts {
  metadata?: object;
  service?: object;
  fetcher?: object;
  status?: object;
  isReady?: boolean;
}

function pod({ metadata, service, fetcher, status, isReady }: PodParts) {
  return {
    metadata: { name: 'pod', uid: 'uid', ...metadata },
    spec: { nodeName: 'n1' },
    status: {
      phase: 'Running',
      startTime: AT,
      conditions: isReady ? [READY] : [],
      initContainerStatuses: [
        { name: 'workspace', state: FETCHED, ...fetcher },
      ],
      containerStatuses: [{ name: 'service', state: RUNNING, ...service }],
      ...status,
    },
  };
}

function judge(
  pods: PodParts[],
  { wanted = 1, conditions = [] as object[], metadata = {} as object } = {},
) {
  return judgeService({
    cluster: 'gpu-cluster',
    deployment: deploymentSchema.parse({
      metadata: { name: 'd', uid: 'u', ...metadata },
      spec: { replicas: wanted },
      status: { conditions },
    }),
    pods: pods.map(parts => servicePodSchema.parse(pod(parts))),
    now: NOW,
    imageGraceMs: 300_000,
  });
}

const said = (code: string, words: string) => ({
  code,
  parameters: { said: words },
});

describe('a service that has never been up', () => {
  it('is pending until each of its pods runs, in the words of whoever keeps it', () => {
    expect(judge([])).toMatchObject({
      type: 'pending',
      reason: { code: 'service.preparing' },
    });
    const unschedulable = {
      service: { state: waits('PodInitializing') },
      fetcher: { state: waits('PodInitializing') },
      status: {
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message: '0/2 nodes are available: 2 Insufficient nvidia.com/gpu.',
          },
        ],
      },
    };
    expect(judge([{}, unschedulable], { wanted: 2 })).toMatchObject({
      type: 'pending',
      reason: said(
        'service.unschedulable',
        'Unschedulable: 0/2 nodes are available: 2 Insufficient nvidia.com/gpu.',
      ),
    });
    const failure = {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: 'exceeded quota: small',
    };
    expect(judge([], { conditions: [failure] })).toMatchObject({
      type: 'pending',
      reason: said(
        'service.podsRefused',
        'FailedCreate: exceeded quota: small',
      ),
    });
  });

  it('waits for what an administrator can do where a quota demands limits', () => {
    const failure = {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message:
        'pods "s-1" is forbidden: failed quota: team: must specify limits.memory for: service',
    };
    expect(judge([], { conditions: [failure] })).toMatchObject({
      type: 'pending',
      reason: {
        code: 'service.podsRefused',
        parameters: {
          said: {
            code: 'kubernetes.limitsDemanded',
            parameters: {
              said: 'failed quota: team: must specify limits.memory for: service',
            },
          },
        },
        text: expect.stringContaining('a LimitRange'),
      },
    });
  });

  it('runs from when the last of them was started', () => {
    expect(judge([{ isReady: true }, {}], { wanted: 2 })).toMatchObject({
      type: 'running',
      startedAt: AT,
      replicas: {
        ready: 1,
        wanted: 2,
        restarts: 0,
        trouble: { code: 'service.silent', parameters: { node: 'n1' } },
      },
    });
  });

  it('has failed once one of them has exited, whether or not it was started again', () => {
    expect(judge([{ service: { state: ended(3) } }])).toMatchObject({
      type: 'exited',
      exitCode: 3,
    });
    const again = {
      restartCount: 1,
      state: RUNNING,
      lastState: ended(137, 'OOMKilled'),
    };
    expect(judge([{ service: again }])).toMatchObject({
      type: 'exited',
      exitCode: 137,
      reason: { code: 'service.outOfMemory' },
    });
    expect(
      judge([{ service: { state: ended(128, 'StartError', 'no sh') } }]),
    ).toMatchObject({
      type: 'exited',
      exitCode: 128,
      reason: { code: 'quoted', text: 'StartError: no sh' },
    });
  });

  it('has failed where its workspace was refused, and waits for one that does not come', () => {
    const fetcher = (exitCode: number) => ({
      service: { state: waits('PodInitializing') },
      fetcher: {
        state: waits('CrashLoopBackOff', 'back-off 10s'),
        lastState: ended(exitCode, 'Error', 'HTTP 503: none\n'),
      },
    });
    expect(judge([fetcher(3)])).toMatchObject({
      type: 'exited',
      reason: said('service.notFetched', 'HTTP 503: none'),
    });
    expect(judge([fetcher(1)])).toMatchObject({
      type: 'pending',
      reason: said('service.notFetched', 'HTTP 503: none'),
    });
  });

  it('has failed where its image can never be had, or not within the grace time', () => {
    const image = (reason: string, finishedAt = AT) => ({
      service: { state: waits(reason, 'none') },
      fetcher: { state: { terminated: { exitCode: 0, finishedAt } } },
    });
    expect(judge([image('InvalidImageName')])).toMatchObject({
      type: 'exited',
      reason: said('service.imageFailed', 'InvalidImageName: none'),
    });
    expect(judge([image('ImagePullBackOff')])).toMatchObject({
      type: 'pending',
      reason: said('service.imageFailed', 'ImagePullBackOff: none'),
    });
    expect(
      judge([image('ImagePullBackOff', '2026-11-27T11:50:00Z')]),
    ).toMatchObject({ type: 'exited' });
  });
});

describe('a service that has been up', () => {
  const up = { conditions: [UP] };

  it('runs however it fares, and shows how', () => {
    const crashed = {
      restartCount: 4,
      state: waits('CrashLoopBackOff', 'back-off 40s'),
      lastState: ended(1),
    };
    expect(judge([{ service: crashed }], up)).toMatchObject({
      type: 'running',
      replicas: {
        ready: 0,
        wanted: 1,
        restarts: 4,
        trouble: {
          code: 'service.crashed',
          parameters: { exitCode: 1, said: 'CrashLoopBackOff' },
        },
      },
    });
    expect(judge([], up)).toMatchObject({ type: 'running' });
    expect(
      judge([{ service: { state: waits('ErrImagePull', 'gone') } }], up),
    ).toMatchObject({
      type: 'running',
      replicas: { trouble: said('service.imageFailed', 'ErrImagePull: gone') },
    });
  });

  it('does not count those that go, nor those that were evicted', () => {
    expect(
      judge(
        [
          { isReady: true, metadata: { deletionTimestamp: AT } },
          { isReady: true, status: { phase: 'Failed' } },
          { isReady: true },
        ],
        { ...up, wanted: 2 },
      ),
    ).toMatchObject({ replicas: { ready: 1, wanted: 2 } });
  });
});

describe('a Deployment that somebody has changed', () => {
  const EDITED = {
    manager: 'kubectl-set',
    time: AT,
    fieldsV1: { 'f:spec': { 'f:template': {} } },
  };
  const made = (range: string, managedFields: object[] = []) => ({
    metadata: { annotations: { [ANNOTATIONS.replicas]: range }, managedFields },
    conditions: [UP],
  });

  it('says to what it was scaled, and counts what the version asks for', () => {
    const scaled = {
      code: 'service.scaled',
      parameters: { replicas: 0, wanted: '2', cluster: 'gpu-cluster' },
    };
    expect(judge([], { ...made('2-2'), wanted: 0 })).toMatchObject({
      type: 'running',
      replicas: { ready: 0, wanted: 2, trouble: scaled },
      notice: scaled,
    });
    const ready = { isReady: true };
    const more = judge([ready, ready, ready], { ...made('1-2'), wanted: 3 });
    expect(more).toMatchObject({
      replicas: { ready: 3, wanted: 3 },
      notice: { code: 'service.scaled', parameters: { wanted: '1–2' } },
    });
    expect(more).not.toHaveProperty('replicas.trouble');
  });

  it('says who has changed what it runs, and goes on while that is rolled out', () => {
    const rolling = { ...made('1-1', [EDITED]), conditions: [] };
    const unknown = { service: { state: waits('ErrImageNeverPull', 'x') } };
    expect(judge([{ isReady: true }, unknown], rolling)).toMatchObject({
      type: 'running',
      replicas: { ready: 1, wanted: 1 },
      notice: {
        code: 'service.edited',
        parameters: { manager: 'kubectl-set', time: { time: AT } },
      },
    });
  });

  it.each([
    ['the portal', { manager: 'model-ci' }],
    ['the autoscaler', { fieldsV1: { 'f:spec': { 'f:replicas': {} } } }],
    ['the controller', { fieldsV1: { 'f:status': {} } }],
  ])('is none for what is set by %s', (_, fields) => {
    expect(
      judge([{ isReady: true }, { isReady: true }], {
        ...made('1-2', [{ ...EDITED, ...fields }]),
        wanted: 2,
      }),
    ).toEqual({
      type: 'running',
      replicas: { ready: 2, wanted: 2, restarts: 0 },
    });
  });

  it('is none where an earlier version has made it, which noted nothing', () => {
    expect(
      judge([], {
        conditions: [UP],
        wanted: 0,
        metadata: { managedFields: [EDITED] },
      }),
    ).toEqual({
      type: 'running',
      replicas: { ready: 0, wanted: 0, restarts: 0 },
    });
  });
});
