import { localEngine } from '../testing/localEngine';
import { containerSpec, HOME, type ContainerPlan } from './containerSpec';

const plan: ContainerPlan = {
  image: 'python:3.11',
  command: ['sh', '-c', 'true'],
  env: { CI: 'true' },
  labels: {},
  resources: {},
  gpus: [],
  networkMode: 'container:model-ci-net-default-1',
  logBytes: 1000,
};
const info = { cpus: 8, memoryBytes: 2 ** 34, architecture: 'x86_64' };

describe('what is asked of the engine', () => {
  it('names the GPUs that a container gets', () => {
    const { HostConfig } = containerSpec(
      { ...plan, gpus: ['1', '3'] },
      localEngine(),
      info,
    );
    expect(HostConfig?.DeviceRequests).toEqual([
      { Driver: 'nvidia', DeviceIDs: ['1', '3'], Capabilities: [['gpu']] },
    ]);
    expect(
      containerSpec(plan, localEngine(), info).HostConfig,
    ).not.toHaveProperty('DeviceRequests');
  });

  it.each([
    ['15dc6', '15dc6:latest'],
    ['registry.example:5000/cafe', 'registry.example:5000/cafe:latest'],
    ['python:3.11', 'python:3.11'],
    ['a@sha256:0', 'a@sha256:0'],
    ['sha256:15dc6', 'sha256:15dc6'],
  ])('names no id where an image is called %s', (image, asked) => {
    expect(containerSpec({ ...plan, image }, localEngine(), info).Image).toBe(
      asked,
    );
  });

  it('publishes a port on the given address only', () => {
    const spec = containerSpec(
      { ...plan, publish: { port: 8080, address: '127.0.0.1' } },
      localEngine(),
      info,
    );
    expect(spec.ExposedPorts).toEqual({ '8080/tcp': {} });
    expect(spec.HostConfig?.PortBindings).toEqual({
      '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }],
    });
  });

  it('gives folders in memory the size of the memory of the stage', () => {
    const { HostConfig } = containerSpec(
      { ...plan, readOnlyRoot: true, resources: { memoryBytes: 2 ** 29 } },
      localEngine(),
      info,
    );
    const size = expect.stringMatching(/(^|,)size=536870912(,|$)/);
    expect(HostConfig?.Tmpfs).toEqual({ '/tmp': size, [HOME]: size });
  });

  it('keeps limits within what the engine takes', () => {
    const ask = (resources: ContainerPlan['resources']) =>
      containerSpec({ ...plan, resources }, localEngine(), info).HostConfig;
    expect(ask({ cpus: 100 })?.NanoCpus).toBe(8e9);
    expect(ask({ cpus: 0.0001 })?.NanoCpus).toBe(1e7);
    expect(ask({ memoryBytes: 1 })?.Memory).toBe(6 * 2 ** 20);
    expect(ask({})).toMatchObject({ NanoCpus: 8e9, Memory: 2 ** 34 });
  });
});
