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
  { wanted = 1, conditions = [] as object[] } = {},
) {
  return judgeService({
    deployment: deploymentSchema.parse({
      metadata: { name: 'd', uid: 'u' },
      spec: { replicas: wanted },
      status: { conditions },
    }),
    pods: pods.map(parts => servicePodSchema.parse(pod(parts))),
    now: NOW,
    imageGraceMs: 300_000,
  });
}

describe('a service that has never been up', () => {
  it('is pending until each of its pods runs, in the words of whoever keeps it', () => {
    expect(judge([])).toEqual({
      type: 'pending',
      reason: 'Its pods are being made',
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
    expect(judge([{}, unschedulable], { wanted: 2 })).toEqual({
      type: 'pending',
      reason:
        'Unschedulable: 0/2 nodes are available: 2 Insufficient nvidia.com/gpu.',
    });
    const failure = {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: 'exceeded quota: small',
    };
    expect(judge([], { conditions: [failure] })).toEqual({
      type: 'pending',
      reason: 'FailedCreate: exceeded quota: small',
    });
  });

  it('runs from when the last of them was started', () => {
    expect(judge([{ isReady: true }, {}], { wanted: 2 })).toEqual({
      type: 'running',
      startedAt: AT,
      replicas: {
        ready: 1,
        wanted: 2,
        restarts: 0,
        trouble: 'The health path does not answer on n1',
      },
    });
  });

  it('has failed once one of them has exited, whether or not it was started again', () => {
    expect(judge([{ service: { state: ended(3) } }])).toEqual({
      type: 'exited',
      exitCode: 3,
    });
    const again = {
      restartCount: 1,
      state: RUNNING,
      lastState: ended(137, 'OOMKilled'),
    };
    expect(judge([{ service: again }])).toEqual({
      type: 'exited',
      exitCode: 137,
      reason: 'It needed more memory than it asked for',
    });
    expect(
      judge([{ service: { state: ended(128, 'StartError', 'no sh') } }]),
    ).toEqual({ type: 'exited', exitCode: 128, reason: 'StartError: no sh' });
  });

  it('has failed where its workspace was refused, and waits for one that does not come', () => {
    const fetcher = (exitCode: number) => ({
      service: { state: waits('PodInitializing') },
      fetcher: {
        state: waits('CrashLoopBackOff', 'back-off 10s'),
        lastState: ended(exitCode, 'Error', 'HTTP 503: none\n'),
      },
    });
    expect(judge([fetcher(3)])).toEqual({
      type: 'exited',
      reason: 'The workspace could not be fetched: HTTP 503: none',
    });
    expect(judge([fetcher(1)])).toEqual({
      type: 'pending',
      reason: 'The workspace could not be fetched: HTTP 503: none',
    });
  });

  it('has failed where its image can never be had, or not within the grace time', () => {
    const image = (reason: string, finishedAt = AT) => ({
      service: { state: waits(reason, 'none') },
      fetcher: { state: { terminated: { exitCode: 0, finishedAt } } },
    });
    expect(judge([image('InvalidImageName')])).toEqual({
      type: 'exited',
      reason: 'InvalidImageName: none',
    });
    expect(judge([image('ImagePullBackOff')])).toEqual({
      type: 'pending',
      reason: 'ImagePullBackOff: none',
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
    expect(judge([{ service: crashed }], up)).toEqual({
      type: 'running',
      replicas: {
        ready: 0,
        wanted: 1,
        restarts: 4,
        trouble: 'CrashLoopBackOff: exit code 1',
      },
    });
    expect(judge([], up)).toMatchObject({ type: 'running' });
    expect(
      judge([{ service: { state: waits('ErrImagePull', 'gone') } }], up),
    ).toMatchObject({
      type: 'running',
      replicas: { trouble: 'ErrImagePull: gone' },
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
