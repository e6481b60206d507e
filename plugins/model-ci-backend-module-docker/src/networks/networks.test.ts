import { hostname } from 'node:os';
import { currentOwner, isOwnerDead } from './owner';
import { pauseProgram } from './pauseImage';
import { parseRange, subnetAt } from './subnets';

describe('ranges of addresses', () => {
  it('are cut into networks of four', () => {
    const range = parseRange('10.232.0.0/16')!;
    expect(range.count).toBe(16_384);
    expect(subnetAt(range, 0)).toBe('10.232.0.0/30');
    expect(subnetAt(range, 65)).toBe('10.232.1.4/30');
    expect(subnetAt(range, range.count - 1)).toBe('10.232.255.252/30');
    expect(parseRange('192.168.7.4/30')?.count).toBe(1);
  });

  it.each([
    '10.232.0.0',
    '10.232.0.1/16',
    '10.0.0.0/31',
    '0.0.0.0/0',
    '10.232.0/16',
    'fd00::/64',
    '10.0.0.0/8/8',
    '',
  ])('are refused when they are none: %j', text => {
    expect(parseRange(text)).toBeUndefined();
  });
});

describe('the program that holds a network open', () => {
  it('is an executable for the machine', () => {
    const machines = ['x86_64', 'aarch64'].map(name => {
      const program = pauseProgram(name)!;
      expect(program.subarray(0, 4).toString('latin1')).toBe('\x7fELF');
      expect(Number(program.readBigUInt64LE(96))).toBe(program.length);
      return program.readUInt16LE(18);
    });
    expect(machines).toEqual([62, 183]);
    expect(pauseProgram('riscv64')).toBeUndefined();
  });
});

describe('the process that made a network', () => {
  it('is dead only where that is certain', () => {
    expect(isOwnerDead(currentOwner)).toBe(false);
    expect(isOwnerDead(`${hostname()}/${process.ppid}/1`)).toBe(false);
    expect(isOwnerDead(`${hostname()}/${process.pid}/1`)).toBe(true);
    expect(isOwnerDead(`${hostname()}/4194303/1`)).toBe(true);
    expect(isOwnerDead('another-machine/4194303/1')).toBe(false);
    expect(isOwnerDead(undefined)).toBe(false);
  });
});
