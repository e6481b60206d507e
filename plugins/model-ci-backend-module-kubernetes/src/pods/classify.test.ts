import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { classify, type PodState } from './classify';
import { podSchema } from './podSchema';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const STARTED = '2026-11-27T11:00:00Z';

interface Parts {
  metadata?: object;
  status?: object;
  stage?: object;
  sidecar?: object;
  nodeName?: string;
}

const RUNNING = { running: { startedAt: STARTED } };

function stateOf(parts: Parts): PodState {
  const { stage = RUNNING, sidecar = RUNNING, nodeName = 'n2' } = parts;
  const pod = podSchema.parse({
    metadata: { name: 'pod', uid: 'uid', ...parts.metadata },
    spec: { nodeName },
    status: {
      phase: 'Running',
      containerStatuses: [
        { name: 'sidecar', state: sidecar },
        { name: 'stage', state: stage },
      ],
      ...parts.status,
    },
  });
  return classify(pod, NOW);
}

/** As the testbed's cluster had it when it was last seen. */
function recorded(name: string): PodState {
  // eslint-disable-next-line no-restricted-syntax -- only tests come here
  const file = join(__dirname, '../testing/recorded', `${name}.json`);
  const pod = podSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const { deletionTimestamp } = pod.metadata;
  const lateMs = name === 'node-lost' ? 31_000 : 5_000;
  return classify(
    pod,
    deletionTimestamp ? Date.parse(deletionTimestamp) + lateMs : NOW,
  );
}

function ended(exitCode: number, word = 'Error') {
  return { terminated: { exitCode, reason: word, finishedAt: STARTED } };
}

function waits(word: string, message?: string) {
  return { waiting: { reason: word, message } };
}

describe('what a real pod says of its attempt', () => {
  it.each<[string, PodState]>([
    ['out-of-memory', { type: 'killed', reason: 'out-of-memory' }],
    ['deadline', { type: 'killed', reason: 'timeout' }],
    [
      'disk',
      {
        type: 'lost',
        reason: expect.stringMatching(/^Evicted: .*ephemeral/),
      },
    ],
    ['removed', { type: 'removed' }],
    ['preempted', { type: 'removed' }],
    [
      'node-lost',
      {
        type: 'removed',
        reason: reason('kubernetes.lostNode', { node: 'n3' }),
      },
    ],
    [
      'image-is-not-there',
      {
        type: 'pending',
        image: 'final',
        reason: expect.stringMatching(/^ErrImageNeverPull: .*localhost\/none/),
      },
    ],
    [
      'image-cannot-be-pulled',
      {
        type: 'pending',
        image: 'retried',
        reason: expect.stringMatching(/^(ErrImagePull|ImagePullBackOff): /),
      },
    ],
  ])('%s', (name, state) => {
    expect(recorded(name)).toEqual(state);
  });
});

describe('what a pod says of its attempt', () => {
  it('is its exit code, as the kubelet has it', () => {
    expect(stateOf({ stage: ended(0, 'Completed') })).toEqual({
      type: 'exited',
      exitCode: 0,
    });
    expect(stateOf({ stage: ended(137) })).toEqual({
      type: 'exited',
      exitCode: 137,
    });
  });

  it('is that it runs, once both containers do', () => {
    expect(stateOf({})).toEqual({
      type: 'running',
      node: 'n2',
    });
    expect(stateOf({ stage: waits('ContainerCreating') })).toMatchObject({
      type: 'pending',
    });
  });

  it('is out of memory only where that ended it', () => {
    expect(stateOf({ stage: ended(137, 'OOMKilled') })).toEqual({
      type: 'killed',
      reason: 'out-of-memory',
    });
    expect(stateOf({ stage: ended(0, 'OOMKilled') })).toEqual({
      type: 'exited',
      exitCode: 0,
    });
  });

  it('is what happened to the whole pod before what its containers show', () => {
    const failed = (word: string, message?: string) => ({
      status: { phase: 'Failed', reason: word, message },
      stage: ended(0, 'Completed'),
    });
    expect(stateOf(failed('DeadlineExceeded'))).toEqual({
      type: 'killed',
      reason: 'timeout',
    });
    expect(stateOf(failed('Preempting'))).toEqual({
      type: 'killed',
      reason: 'preempted',
    });
    expect(
      stateOf(failed('Evicted', 'The node was low on resource: memory. ')),
    ).toEqual({
      type: 'lost',
      reason: 'Evicted: The node was low on resource: memory.',
    });
    expect(stateOf(failed('NodeLost'))).toMatchObject({ type: 'lost' });
  });

  it('tells preemption from other disruptions where the server does', () => {
    const disrupted = (word: string) => ({
      metadata: { deletionTimestamp: '2026-11-27T11:59:59Z' },
      status: {
        conditions: [
          { type: 'DisruptionTarget', status: 'True', reason: word },
        ],
      },
    });
    expect(stateOf(disrupted('PreemptionByScheduler'))).toEqual({
      type: 'killed',
      reason: 'preempted',
    });
    expect(stateOf(disrupted('DeletionByTaintManager'))).toMatchObject({
      type: 'lost',
      reason: expect.stringContaining('DeletionByTaintManager'),
    });
  });

  it('is no end while a pod is being removed and something of it may run', () => {
    const going = { deletionTimestamp: '2026-11-27T11:59:50Z' };
    expect(stateOf({ metadata: going })).toEqual({ type: 'unknown' });
    expect(stateOf({ metadata: going, stage: ended(0, 'Completed') })).toEqual({
      type: 'unknown',
    });
  });

  it('is that its node is lost, where a removed pod goes on to run', () => {
    const late = { deletionTimestamp: '2026-11-27T11:59:00Z' };
    expect(stateOf({ metadata: late })).toMatchObject({
      type: 'removed',
      reason: reason('kubernetes.lostNode', { node: 'n2' }),
    });
    expect(
      stateOf({ metadata: late, stage: ended(0, 'Completed') }),
    ).toMatchObject({ type: 'removed' });
  });

  it('is that somebody has removed it, once nothing of it runs, whatever its exit codes are', () => {
    const parts = { stage: ended(0, 'Completed'), sidecar: ended(0) };
    const going = { deletionTimestamp: '2026-11-27T11:59:50Z' };
    expect(stateOf({ metadata: going, ...parts })).toEqual({
      type: 'removed',
    });
  });

  it('says where nobody can be asked for the results any more', () => {
    expect(
      stateOf({
        stage: ended(0, 'Completed'),
        sidecar: ended(255, 'Unknown'),
      }),
    ).toEqual({ type: 'exited', exitCode: 0, sidecarEnded: 'Unknown' });
  });

  it('is lost with its sidecar, and where it has not started', () => {
    expect(stateOf({ sidecar: ended(137, 'OOMKilled') })).toMatchObject({
      type: 'lost',
      reason: reason('kubernetes.lostSidecar', { why: 'OOMKilled' }),
    });
    expect(stateOf({ stage: ended(128, 'StartError') })).toMatchObject({
      type: 'lost',
    });
    expect(
      stateOf({ stage: ended(137, 'ContainerStatusUnknown') }),
    ).toMatchObject({ type: 'lost' });
  });

  it('is pending in the words of the scheduler and of the kubelet', () => {
    const pending = (condition: object) => ({
      status: {
        phase: 'Pending',
        containerStatuses: [],
        conditions: [{ type: 'PodScheduled', status: 'False', ...condition }],
      },
    });
    expect(
      stateOf(
        pending({
          reason: 'Unschedulable',
          message: '0/2 nodes are available: 2 Insufficient nvidia.com/gpu.',
        }),
      ),
    ).toEqual({
      type: 'pending',
      reason:
        'Unschedulable: 0/2 nodes are available: 2 Insufficient nvidia.com/gpu.',
    });
    expect(
      stateOf({ stage: waits('CreateContainerConfigError', 'no secret') }),
    ).toEqual({
      type: 'pending',
      reason: 'CreateContainerConfigError: no secret',
    });
  });

  it('is pending while a queue has not admitted it', () => {
    const pod = podSchema.parse({
      metadata: { name: 'pod', uid: 'uid' },
      spec: { schedulingGates: [{ name: 'kueue.x-k8s.io/admission' }] },
      status: {
        phase: 'Pending',
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'SchedulingGated',
            message: 'Scheduling is blocked due to non-empty scheduling gates',
          },
        ],
      },
    });
    expect(classify(pod, NOW)).toEqual({
      type: 'pending',
      reason:
        'SchedulingGated: Scheduling is blocked due to non-empty scheduling gates (kueue.x-k8s.io/admission)',
    });
  });

  it('distinguishes images that may still come from those that never will', () => {
    const image = (word: string) =>
      stateOf({
        stage: waits(word, 'none'),
        status: { phase: 'Pending' },
      });
    expect(image('InvalidImageName')).toMatchObject({ image: 'final' });
    expect(image('ErrImageNeverPull')).toMatchObject({ image: 'final' });
    expect(image('ErrImagePull')).toMatchObject({ image: 'retried' });
    expect(image('ImagePullBackOff')).toMatchObject({ image: 'retried' });
  });

  it('is nothing where its phase is not known', () => {
    for (const phase of ['Unknown', 'Teleporting']) {
      const status = { phase, containerStatuses: [] };
      expect(stateOf({ status })).toEqual({ type: 'unknown' });
    }
  });
});
