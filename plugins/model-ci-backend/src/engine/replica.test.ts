import { spawnSync } from 'node:child_process';
import { isDeadNeighbour, mintReplicaId } from './replica';

describe('replica ids', () => {
  it('are minted anew for each engine, and fit their column', () => {
    expect(mintReplicaId()).not.toBe(mintReplicaId());
    expect(mintReplicaId().length).toBeLessThan(256);
  });

  it('of living processes are not dead', () => {
    expect(isDeadNeighbour(mintReplicaId())).toBe(false);
  });

  it('of processes that ended here are dead', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    const replica = JSON.parse(mintReplicaId());
    expect(isDeadNeighbour(JSON.stringify({ ...replica, pid }))).toBe(true);
  });

  it('of a predecessor with the same process number are dead', () => {
    const replica = JSON.parse(mintReplicaId());
    const before = JSON.stringify({ ...replica, began: '1' });
    // Without /proc nobody can tell, and the lease has to run out.
    expect(isDeadNeighbour(before)).toBe(replica.began !== '');
  });

  it('of other machines are left to their leases', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    const replica = JSON.parse(mintReplicaId());
    expect(
      isDeadNeighbour(JSON.stringify({ ...replica, pid, host: 'elsewhere' })),
    ).toBe(false);
    expect(isDeadNeighbour('something else')).toBe(false);
  });
});
