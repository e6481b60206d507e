import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PartitionConfig } from '../config';
import { nodeInfo, unreachableNode } from './nodeInfo';
import { parseGres, parseSinfo, parseTime } from './partitions';

const recorded = readFileSync(
  join(__dirname, '../testing/recorded/sinfo.txt'),
  'utf8',
);

const config: PartitionConfig = {
  ...{ name: 'short', node: 'hpc-short', labels: { zone: 'a' }, options: {} },
  maxSubmitted: 100,
};

it('reads partitions with limits, GPUs and machines', () => {
  const { short } = Object.fromEntries(parseSinfo(recorded));
  expect(short).toMatchObject({
    availability: 'up',
    timeLimit: '1:00',
    timeLimitSeconds: 60,
    capacity: { cpus: 4, memoryBytes: 4000 * 2 ** 20, gpus: 2 },
    gpuTypes: ['a100'],
  });
  expect(Object.values(short.machines).reduce((a, b) => a + b)).toBe(2);
});

it('shows the largest of what machines differ in', () => {
  const { gpu } = Object.fromEntries(
    parseSinfo(
      [
        'gpu|up|1-00:00:00|64+|512000+|3|idle|gpu:h100:8(S:0-1)',
        'gpu|up|1-00:00:00|128|1024000|1|mixed|(null)',
      ].join('\n'),
    ),
  );
  expect(gpu.capacity).toEqual({
    cpus: 128,
    memoryBytes: 1024000 * 2 ** 20,
    gpus: 8,
  });
  expect(gpu.timeLimitSeconds).toBe(86_400);
});

it.each([
  ['(null)', 0, []],
  ['gpu:4', 4, []],
  ['gpu:a100:2(S:0-1),gpu:t4:1,shard:8', 3, ['a100', 't4']],
])('counts the GPUs of %s', (text, gpus, types) => {
  expect(parseGres(text)).toEqual({ gpus, types });
});

it.each([
  ['infinite', undefined],
  ['30:00', 1800],
  ['2-12:00:00', 216_000],
  ['n/a', undefined],
])('reads the time %s', (text, seconds) => {
  expect(parseTime(text)).toBe(seconds);
});

describe('a node', () => {
  it('is a partition, with labels to select it by', () => {
    expect(nodeInfo('hpc', config, parseSinfo(recorded).get('short'))).toEqual({
      name: 'hpc-short',
      scheduling: 'cluster',
      maxSubmitted: 100,
      labels: {
        ...{ cluster: 'hpc', partition: 'short', timeLimit: '1:00' },
        ...{ gpu: 'a100', zone: 'a' },
      },
      capacity: { cpus: 4, memoryBytes: 4000 * 2 ** 20, gpus: 2 },
      health: 'healthy',
    });
  });

  it('says what is wrong with it', () => {
    const of = (line: string) =>
      nodeInfo('hpc', config, parseSinfo(line).get('short'));
    expect(of('short|down|1:00|4|4000|2|idle|(null)').message).toContain(
      "'short' is down",
    );
    expect(of('short|up|1:00|4|4000|2|drained*|(null)').message).toContain(
      'No machine',
    );
    expect(nodeInfo('hpc', config, undefined)).toMatchObject({
      health: 'unreachable',
      message: expect.stringContaining("no partition 'short'"),
    });
    expect(unreachableNode('hpc', config, new Error('no route'))).toMatchObject(
      {
        health: 'unreachable',
        message: expect.stringContaining('no route'),
      },
    );
  });
});
