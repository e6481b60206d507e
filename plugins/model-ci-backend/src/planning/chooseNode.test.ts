import type { NodeInfo } from '@model-ci/backstage-plugin-model-ci-node';
import { chooseNode } from './chooseNode';

const GIB = 1024 ** 3;

function node(name: string, changes: Partial<NodeInfo> = {}): NodeInfo {
  return {
    name,
    labels: {},
    capacity: { cpus: 4, memoryBytes: 8 * GIB, gpus: 1 },
    health: 'healthy',
    ...changes,
  };
}

const executor = 'process';
const request = { cpus: 2, memoryBytes: 4 * GIB, gpus: 1 };

describe('chooseNode', () => {
  it('takes a healthy node with room', () => {
    expect(
      chooseNode({
        executor,
        nodes: [
          node('off', { health: 'unreachable' }),
          node('full'),
          node('free'),
        ],
        reserved: new Map([['full', { cpus: 0, memoryBytes: 0, gpus: 1 }]]),
        request,
      }),
    ).toEqual({ type: 'placed', node: 'free' });
  });

  it('takes no other node than the one that was asked for', () => {
    expect(
      chooseNode({
        executor,
        node: 'full',
        nodes: [node('full'), node('free')],
        reserved: new Map([
          ['full', { cpus: 3, memoryBytes: 5 * GIB, gpus: 1 }],
        ]),
        request,
      }),
    ).toMatchObject({
      type: 'waits',
      reason: expect.objectContaining({
        text: expect.stringContaining('1 GPU needed, 0 free'),
      }),
    });
  });

  it('says what is wrong with a node that is missing', () => {
    expect(
      chooseNode({
        executor,
        node: 'x',
        nodes: [node('y')],
        reserved: new Map(),
        request,
      }),
    ).toMatchObject({
      type: 'waits',
      reason: expect.objectContaining({
        text: "executor process has no node 'x': correct modelCi.environments, or add the node under modelCi.executors.process",
      }),
    });
  });
});
