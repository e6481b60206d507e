import {
  isFinal,
  quoted,
  reason,
  type Reason,
  type Status,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  givenStages,
  neededStages,
  planRun,
  withDescendants,
  type PlannedStage,
  type StageState,
} from './planner';

const GRAPH = {
  build: stage(),
  test: stage('build'),
  lint: { needs: ['build'], allowFailure: true },
  train: stage('test', 'lint'),
  report: stage('train'),
};

function stage(...needs: string[]): PlannedStage {
  return { needs, allowFailure: false };
}

function states(
  entries: Record<string, Status | StageState>,
): Map<string, StageState> {
  return new Map(
    Object.entries(entries).map(([name, state]) => [
      name,
      typeof state === 'string' ? { status: state, open: false } : state,
    ]),
  );
}

describe('planRun', () => {
  it('starts what needs nothing', () => {
    expect(planRun(GRAPH, new Map())).toEqual({ start: ['build'], skip: [] });
  });

  it('starts a stage once everything that it needs has passed', () => {
    const done = { build: 'succeeded', test: 'succeeded' } as const;
    expect(planRun(GRAPH, states({ ...done, lint: 'running' })).start).toEqual(
      [],
    );
    expect(
      planRun(GRAPH, states({ ...done, lint: 'succeeded' })).start,
    ).toEqual(['train']);
  });

  it('lets an allowed failure pass', () => {
    const done = { build: 'succeeded', test: 'succeeded' } as const;
    for (const lint of ['failed', 'errored'] as const) {
      expect(planRun(GRAPH, states({ ...done, lint })).start).toEqual([
        'train',
      ]);
    }
    expect(
      planRun(GRAPH, states({ ...done, lint: 'cancelled' })).start,
    ).toEqual([]);
  });

  it('starts no second attempt beside one that waits', () => {
    const waiting = { status: 'queued', open: true } as const;
    expect(planRun(GRAPH, states({ build: waiting }))).toEqual({
      start: [],
      skip: [],
    });
  });

  it('skips everything behind a failure in one plan, and says why', () => {
    const plan = planRun(
      GRAPH,
      states({
        build: 'succeeded',
        test: {
          status: 'failed',
          open: false,
          reason: quoted('2 tests failed'),
        },
        lint: 'succeeded',
      }),
    );
    expect(plan).toEqual({
      start: [],
      skip: [
        {
          stage: 'train',
          reason: reason('stage.needsFailed', { stage: 'test' }),
        },
        {
          stage: 'report',
          reason: reason('stage.needsSkipped', { stage: 'train' }),
        },
      ],
      end: {
        status: 'failed',
        reason: reason('run.stageFailedBecause', {
          stage: 'test',
          reason: quoted('2 tests failed'),
        }),
      },
    });
  });

  it.each([
    [
      'failed',
      'Stages test and lint failed. Stage "test": 2 tests failed',
      'Stages test and lint failed.',
    ],
    [
      'errored',
      'Stages test and lint could not be run. Stage "test": 2 tests failed',
      'Stages test and lint could not be run.',
    ],
  ] as const)('names all stages that %s', (status, because, alone) => {
    const end = (why?: Reason) =>
      planRun(
        { test: stage(), lint: stage() },
        states({
          test: { status, open: false, ...(why && { reason: why }) },
          lint: status,
        }),
      ).end;
    expect(end(quoted('2 tests failed'))?.reason?.text).toBe(because);
    expect(end()?.reason?.text).toBe(alone);
  });

  it('does not end a run while a stage of it runs', () => {
    const plan = planRun(
      GRAPH,
      states({ build: 'succeeded', test: 'failed', lint: 'running' }),
    );
    expect(plan.end).toBeUndefined();
    expect(plan.skip).toHaveLength(2);
  });

  it.each<[Status[], Status]>([
    [['succeeded', 'succeeded'], 'succeeded'],
    [['succeeded', 'failed'], 'failed'],
    [['errored', 'succeeded'], 'errored'],
    [['errored', 'failed'], 'failed'],
    [['failed', 'cancelled'], 'cancelled'],
    [['cancelled', 'errored'], 'cancelled'],
  ])('ends a run with stages %j as %s', ([a, b], end) => {
    const plan = planRun({ a: stage(), b: stage() }, states({ a, b }));
    expect(plan.end?.status).toBe(end);
  });

  it('never leaves a run with nothing to wait for, on any graph', () => {
    const random = generator(42);
    for (let round = 0; round < 500; round++) {
      const graph = randomGraph(random);
      const state = new Map<string, StageState>();
      let plan = planRun(graph, state);
      for (let step = 0; !plan.end; step++) {
        expect(step).toBeLessThan(100);
        plan.start.forEach(name => {
          const { needs } = graph[name];
          // Nothing starts before its needs have ended.
          needs.forEach(need =>
            expect(isFinal(state.get(need)?.status ?? 'queued')).toBe(true),
          );
          expect(state.get(name)).toBeUndefined();
          state.set(name, { status: 'running', open: true });
        });
        plan.skip.forEach(({ stage: name }) =>
          state.set(name, { status: 'skipped', open: false }),
        );
        const running = [...state].filter(([, { open }]) => open);
        expect(running.length).toBeGreaterThan(0);
        const [name] = running[Math.floor(random() * running.length)];
        const ends = ['succeeded', 'succeeded', 'failed', 'errored'] as const;
        const status = ends[Math.floor(random() * ends.length)];
        state.set(name, { status, open: false });
        plan = planRun(graph, state);
      }
      plan.skip.forEach(({ stage: name }) =>
        state.set(name, { status: 'skipped', open: false }),
      );
      expect([...state.keys()].sort()).toEqual(Object.keys(graph).sort());
      const bad = [...state].some(
        ([name, { status }]) =>
          (status === 'failed' || status === 'errored') &&
          !graph[name].allowFailure,
      );
      expect(plan.end.status === 'succeeded').toBe(!bad);
    }
  });
});

describe('withDescendants', () => {
  it('finds everything behind a stage', () => {
    expect([...withDescendants(GRAPH, ['test'])].sort()).toEqual([
      'report',
      'test',
      'train',
    ]);
  });
});

describe('givenStages', () => {
  it('names those of the needed stages whose artifacts are wanted', () => {
    const stages = {
      ...GRAPH,
      report: { ...GRAPH.report, dependencies: ['train', 'build'] },
    };
    expect(givenStages(stages, 'report')).toEqual(['build', 'train']);
    expect(givenStages(GRAPH, 'report')).toEqual(neededStages(GRAPH, 'report'));
  });

  it('lets a stage run without artifacts that it does not want', () => {
    const plannedWith = (dependencies?: string[]) =>
      planRun(
        {
          pack: { needs: [], allowFailure: false, artifacts: { deps: 'deps' } },
          use: { needs: ['pack'], allowFailure: false, dependencies },
        },
        new Map([
          [
            'pack',
            {
              status: 'skipped',
              open: false,
              reason: reason('stage.nothingFailed'),
            },
          ],
        ]),
      );
    expect(plannedWith([]).start).toEqual(['use']);
    expect(plannedWith(['pack']).skip).toMatchObject([{ stage: 'use' }]);
    expect(plannedWith().skip).toMatchObject([{ stage: 'use' }]);
  });
});

describe('neededStages', () => {
  it('puts needs before those who need them', () => {
    expect(neededStages(GRAPH, 'report')).toEqual([
      'build',
      'test',
      'lint',
      'train',
    ]);
  });
});

/** A small linear congruential generator, so that a failure can be repeated. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function randomGraph(random: () => number): Record<string, PlannedStage> {
  const names = Array.from(
    { length: 1 + Math.floor(random() * 8) },
    (_, index) => `s${index}`,
  );
  return Object.fromEntries(
    names.map((name, index) => [
      name,
      {
        needs: names.slice(0, index).filter(() => random() < 0.4),
        allowFailure: random() < 0.2,
      },
    ]),
  );
}

describe('planRun of stages with instances', () => {
  const TUNE = { train: stage(), use: stage('train') };
  const withInstances = (
    status: Status,
    instances: Record<string, Status | 'open'>,
  ) =>
    states({
      train: {
        status,
        open: Object.values(instances).includes('open'),
        instances: new Map(
          Object.entries(instances).map(([key, state]) => [
            key,
            state === 'open'
              ? { status: 'queued', open: true }
              : { status: state, open: false },
          ]),
        ),
      },
    });

  it('starts each instance, and nothing behind them', () => {
    expect(
      planRun(
        TUNE,
        withInstances('queued', { 'a=1': 'queued', 'a=2': 'open' }),
      ),
    ).toEqual({ start: ['train[a=1]'], skip: [] });
  });

  it('has a stage concluded once all have ended, whatever they ended as', () => {
    expect(
      planRun(
        TUNE,
        withInstances('running', { 'a=1': 'succeeded', 'a=2': 'running' }),
      ),
    ).toEqual({ start: [], skip: [] });
    expect(
      planRun(
        TUNE,
        withInstances('running', { 'a=1': 'succeeded', 'a=2': 'failed' }),
      ),
    ).toEqual({ start: [], skip: [], conclude: ['train'] });
    // An attempt that waits can be declared lost, too.
    expect(
      planRun(TUNE, withInstances('queued', { 'a=1': 'errored' })),
    ).toEqual({ start: [], skip: [], conclude: ['train'] });
  });

  it('goes on by how the stage was concluded', () => {
    const ended = { 'a=1': 'succeeded', 'a=2': 'failed' } as const;
    expect(planRun(TUNE, withInstances('succeeded', ended)).start).toEqual([
      'use',
    ]);
    expect(planRun(TUNE, withInstances('failed', ended)).skip).toMatchObject([
      { stage: 'use' },
    ]);
  });

  it('waits with a stage, or with the last of its instances', () => {
    expect(
      planRun(TUNE, withInstances('waiting', { 'a=1': 'succeeded' })).waits,
    ).toBe(true);
    expect(
      planRun(
        TUNE,
        withInstances('running', { 'a=1': 'waiting', 'a=2': 'succeeded' }),
      ).waits,
    ).toBe(true);
    expect(
      planRun(
        TUNE,
        withInstances('running', { 'a=1': 'waiting', 'a=2': 'running' }),
      ).waits,
    ).toBeUndefined();
  });
});
