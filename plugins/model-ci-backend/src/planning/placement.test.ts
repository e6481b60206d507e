import {
  BUILDER,
  Placement,
  type Demand,
  type PlacementNode,
} from './placement';

const GIB = 1024 ** 3;

function node(
  name: string,
  options: Partial<PlacementNode> & {
    cpus?: number;
    gpus?: number;
    gib?: number;
  } = {},
): PlacementNode {
  const { cpus = 4, gpus = 0, gib = 8, ...rest } = options;
  return {
    name,
    executor: 'docker',
    labels: {},
    health: 'healthy',
    capacity: { cpus, gpus, memoryBytes: gib * GIB },
    ...rest,
  };
}

function demand(options: Partial<Demand> = {}): Demand {
  return {
    executor: 'docker',
    nodeSelector: {},
    cpus: 1,
    memoryBytes: 0,
    gpus: 0,
    ...options,
  };
}

function placement(
  nodes: PlacementNode[],
  reserved: Record<string, Partial<Demand> & { submitted?: number }> = {},
  cordons: Record<string, string> = {},
): Placement {
  return new Placement(
    ['docker'],
    nodes,
    new Map(
      Object.entries(reserved).map(([name, held]) => [
        name,
        { cpus: 0, memoryBytes: 0, gpus: 0, ...held },
      ]),
    ),
    new Map(Object.entries(cordons)),
  );
}

describe('Placement', () => {
  it('takes the node with most CPUs left', () => {
    const found = placement([node('a'), node('b')], { a: { cpus: 2 } });
    expect(found.place(demand())).toEqual({ type: 'placed', node: 'b' });
    expect(found.place(demand({ cpus: 3 }))).toEqual({
      type: 'placed',
      node: 'b',
    });
    expect(found.place(demand())).toEqual({ type: 'placed', node: 'a' });
  });

  it('never books more than a node has', () => {
    const found = placement([node('a', { cpus: 2 })]);
    const results = Array.from({ length: 5 }, () => found.place(demand()));
    expect(results.filter(({ type }) => type === 'placed')).toHaveLength(2);
    expect(results[4]).toEqual({
      type: 'waits',
      nearest: 'a',
      reason: expect.objectContaining({
        text: 'a has too little free: 1 CPU needed, 0 free; 2 ahead',
      }),
      ahead: 2,
    });
  });

  it('says what is missing, and how many are ahead', () => {
    const found = placement([node('gpu-01', { gpus: 4, cpus: 64 })], {
      'gpu-01': { gpus: 3 },
    });
    const wanted = demand({ gpus: 2 });
    expect(found.place(wanted)).toMatchObject({
      reason: expect.objectContaining({
        text: 'gpu-01 has too little free: 2 GPUs needed, 1 free',
      }),
    });
    found.place(wanted);
    found.place(wanted);
    expect(found.place(wanted)).toMatchObject({
      reason: expect.objectContaining({
        text: 'gpu-01 has too little free: 2 GPUs needed, 1 free; 3 ahead',
      }),
      ahead: 3,
    });
  });

  it('lets a small attempt past a large one only where it takes nothing from it', () => {
    const found = placement([node('a', { cpus: 4, gpus: 2 })], {
      a: { gpus: 1 },
    });
    expect(found.place(demand({ gpus: 2, cpus: 2 })).type).toBe('waits');
    expect(found.place(demand({ gpus: 1 })).type).toBe('waits');
    // Two of the four CPUs stay with the first one, and one with the second.
    expect(found.place(demand({ cpus: 1 })).type).toBe('placed');
    expect(found.place(demand({ cpus: 1 })).type).toBe('waits');
  });

  it('selects by labels', () => {
    const found = placement([
      node('a', { labels: { gpu: 'a100' } }),
      node('b', { labels: { gpu: 't4' } }),
    ]);
    expect(found.place(demand({ nodeSelector: { gpu: 't4' } }))).toEqual({
      type: 'placed',
      node: 'b',
    });
    expect(found.place(demand({ nodeSelector: { gpu: 'h100' } }))).toEqual({
      type: 'waits',
      reason: expect.objectContaining({ text: 'no node matches gpu=h100' }),
      ahead: 0,
    });
  });

  it('builds images where a node can', () => {
    const builds = { nodeSelector: { [BUILDER]: 'true' } };
    const both = [
      node('a', { cpus: 8, buildsImages: false }),
      node('b', { buildsImages: true }),
    ];
    expect(placement(both).place(demand(builds))).toMatchObject({ node: 'b' });
    expect(placement(both).place(demand())).toMatchObject({ node: 'a' });
    expect(placement([node('c')]).place(demand(builds))).toMatchObject({
      node: 'c',
    });
    expect(placement([both[0]]).place(demand(builds))).toMatchObject({
      type: 'waits',
      reason: { code: 'placement.noBuilder' },
    });
  });

  it('names everything that is missing', () => {
    const short = placement([node('a', { gpus: 2 })], {
      a: { gpus: 1, memoryBytes: GIB },
    });
    expect(
      short.place(demand({ gpus: 2, memoryBytes: 8 * GIB })),
    ).toMatchObject({
      reason: expect.objectContaining({
        text: 'a has too little free: 2 GPUs needed, 1 free and 8 GiB of memory needed, 7 GiB free',
      }),
    });
  });

  it('shows what no node will ever have room for', () => {
    expect(placement([node('a')]).place(demand({ cpus: 8 }))).toMatchObject({
      reason: expect.objectContaining({
        text: 'no node is large enough; the nearest, a, is too small even when nothing runs: 8 CPUs needed, 4 free',
      }),
    });
    expect(
      placement([node('a')]).place(demand({ memoryBytes: 16 * GIB })),
    ).toMatchObject({
      reason: expect.objectContaining({
        text: 'no node is large enough; the nearest, a, is too small even when nothing runs: 16 GiB of memory needed, 8 GiB free',
      }),
    });
  });

  it('places nothing on a node that cannot be reached', () => {
    const found = placement([
      node('a', {
        health: 'unreachable',
        message: 'connect ECONNREFUSED; start the Docker Engine',
      }),
    ]);
    expect(found.hasRoom()).toBe(false);
    expect(found.place(demand())).toMatchObject({
      reason: expect.objectContaining({
        text: 'executor docker has no reachable engine: connect ECONNREFUSED; start the Docker Engine',
      }),
    });
  });

  it('names an executor that is not installed', () => {
    expect(
      placement([node('a')]).place(demand({ executor: 'process' })),
    ).toMatchObject({
      reason: expect.objectContaining({
        text: expect.stringContaining('executor process is not installed'),
      }),
    });
  });

  it('fills a cluster up to what it takes, and reserves nothing there', () => {
    const cluster = node('slurm', {
      cpus: 4,
      scheduling: 'cluster',
      maxSubmitted: 3,
    });
    const queue = placement([cluster], { slurm: { submitted: 1 } });
    const large = demand({ cpus: 4 });
    expect(queue.place(large)).toEqual({
      type: 'placed',
      node: 'slurm',
      isCluster: true,
    });
    expect(queue.hasRoom()).toBe(true);
    expect(queue.place(large)).toMatchObject({ type: 'placed' });
    expect(queue.hasRoom()).toBe(false);
    expect(queue.place(large)).toEqual({
      type: 'waits',
      nearest: 'slurm',
      reason: expect.objectContaining({
        text: 'slurm holds 3 attempts of this portal already, as many as its maxSubmitted allows',
      }),
      ahead: 0,
    });
    expect(placement([cluster]).place(demand({ cpus: 5 }))).toMatchObject({
      reason: expect.objectContaining({
        text: expect.stringContaining('no node is large'),
      }),
    });
  });
});

describe('cordoned nodes', () => {
  it('get nothing new, however much room they have', () => {
    const nodes = [node('large', { cpus: 64 }), node('small')];
    const cordoned = placement(nodes, {}, { large: 'new driver' });
    expect(cordoned.place(demand())).toMatchObject({ node: 'small' });
  });

  it('are named with the reason where nothing else could take it', () => {
    const nodes = [node('gpu-01', { gpus: 1 }), node('small')];
    const cordoned = placement(nodes, {}, { 'gpu-01': 'new driver' });
    expect(cordoned.place(demand({ gpus: 1 }))).toMatchObject({
      type: 'waits',
      reason: {
        text: 'every node that matches is cordoned, so that nothing new is placed there: gpu-01 (new driver)',
      },
    });
  });

  it('leave no room where all are', () => {
    expect(placement([node('a')], {}, { a: 'x' }).hasRoom()).toBe(false);
  });
});
