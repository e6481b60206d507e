import { z } from 'zod';
import { definitionOf, reported } from './testing/reported';
import { parseStoredDefinition } from './stored';

const serving = (text: string) =>
  `version: 1\nstages: {a: {run: x}}\nserving: {run: x, ${text}}\n`;

const executors = {
  plain: {},
  cluster: {
    stageOptions: z.strictObject({ disk: z.string().optional() }),
  },
};

describe('how many of a service run', () => {
  it('is one where nothing is said, also in definitions of before', () => {
    expect(definitionOf(serving('port: 80')).serving).toMatchObject({
      replicas: 1,
    });
    const stored = parseStoredDefinition('{"serving":{"run":"x"}}');
    expect(stored.serving).toMatchObject({ replicas: 1 });
  });

  it('is a number, or as many as their load asks for', () => {
    expect(definitionOf(serving('replicas: 3')).serving).toMatchObject({
      replicas: 3,
    });
    const text = 'resources: {cpus: 1}, autoscale: {min: 2, max: 5}';
    expect(definitionOf(serving(text)).serving).toMatchObject({
      replicas: 2,
      autoscale: { max: 5, cpu: 80 },
    });
  });

  it.each([
    ['replicas: 0', 'serving.replicas: must be at least 1'],
    ['replicas: 1.5', 'serving.replicas: must be a whole number'],
    ['replicas: 101', 'serving.replicas: must be at most 100'],
    ['autoscale: {max: 2}', 'serving.autoscale: needs resources.cpus'],
    [
      'resources: {cpus: 1}, autoscale: {min: 3, max: 2}',
      'serving.autoscale.max: must be at least autoscale.min, which is 3',
    ],
    [
      'resources: {cpus: 1}, replicas: 2, autoscale: {max: 2}',
      'serving.replicas: cannot be combined with autoscale',
    ],
  ])('is refused as %s', (text, message) => {
    expect(reported(serving(text))).toEqual([expect.stringContaining(message)]);
  });
});

describe('what a service wants of executors', () => {
  it('is read by their own schemas', () => {
    const text = serving('cluster: {disk: nvme}');
    expect(definitionOf(text, { executors }).serving?.options).toEqual({
      cluster: { disk: 'nvme' },
    });
    expect(definitionOf(serving('port: 80')).serving).not.toHaveProperty(
      'options',
    );
  });

  it('is refused with its place', () => {
    expect(reported(serving('cluster: {dsik: x}'), { executors })).toEqual([
      expect.stringContaining('serving.cluster.dsik'),
    ]);
    expect(reported(serving('plain: {a: 1}'), { executors })).toEqual([
      expect.stringContaining('serving.plain: executor plain takes no options'),
    ]);
  });
});
