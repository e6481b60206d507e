import { toResourceEntity } from './toResourceEntity';

const options = { owner: 'group:default/platform', location: 'model-ci:nodes' };

function node(name: string, labels: Record<string, string> = {}) {
  return {
    name,
    executor: 'docker',
    labels,
    capacity: { cpus: 8, memoryBytes: 64 * 2 ** 30, gpus: 1 },
  };
}

describe('toResourceEntity', () => {
  it('makes a Resource of type compute-node', () => {
    expect(toResourceEntity(node('gpu-01', { zone: 'a' }), options)).toEqual({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Resource',
      metadata: {
        name: 'gpu-01',
        title: 'gpu-01',
        description:
          'Runs stages with the executor docker: 8 CPUs, 64 GiB of memory, 1 GPU',
        labels: { zone: 'a' },
        annotations: {
          'backstage.io/managed-by-location': 'model-ci:nodes',
          'backstage.io/managed-by-origin-location': 'model-ci:nodes',
          'model-ci.dev/executor': 'docker',
        },
      },
      spec: { type: 'compute-node', owner: 'group:default/platform' },
    });
  });

  it('gives names that no entity can have others, each its own', () => {
    const names = ['rack 1/node', 'rack_1:node', '///', 'n'.repeat(80)].map(
      name => toResourceEntity(node(name), options).metadata.name,
    );
    expect(names).toEqual([
      expect.stringMatching(/^rack-1-node-[0-9a-f]{8}$/),
      expect.stringMatching(/^rack-1-node-[0-9a-f]{8}$/),
      expect.stringMatching(/^[0-9a-f]{8}$/),
      expect.stringMatching(/^n{54}-[0-9a-f]{8}$/),
    ]);
    expect(new Set(names).size).toBe(4);
  });

  it('leaves out labels that the catalog would refuse', () => {
    const entity = toResourceEntity(
      node('n', { ok: 'yes', 'no good': 'x', bad: 'a b' }),
      options,
    );
    expect(entity.metadata.labels).toEqual({ ok: 'yes' });
  });
});
