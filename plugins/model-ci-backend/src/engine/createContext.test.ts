import { chooseDefaultExecutor } from './createContext';

describe('The executor of stages that name none', () => {
  const docker = { name: 'docker', needsImage: true };
  const process = { name: 'process' };

  it('is one that runs any stage, in whatever order modules register', () => {
    expect(chooseDefaultExecutor(undefined, [docker, process])).toBe('process');
    expect(chooseDefaultExecutor(undefined, [process, docker])).toBe('process');
    expect(chooseDefaultExecutor(undefined, [docker])).toBe('docker');
  });

  it('is the configured one', () => {
    expect(chooseDefaultExecutor('docker', [process, docker])).toBe('docker');
  });
});
