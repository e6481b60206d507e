import type {
  StageCondition,
  Status,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  planRun,
  type Plan,
  type PlannedStage,
  type StageState,
} from './planner';

type Outcome = 'succeeded' | 'failed' | 'errored';
type Graph = Record<string, PlannedStage>;

const NEEDS: Array<StageCondition['needs']> = [undefined, 'failed', 'always'];
const ELSEWHERE = ['release/*'];
const FACTS = {
  branch: 'main',
  changed: { folder: '', paths: ['docs/index.md'] },
};

function stage(
  needs: string[],
  when?: StageCondition,
  more: Partial<PlannedStage> = {},
): PlannedStage {
  return { needs, allowFailure: false, ...(when && { when }), ...more };
}

interface Course {
  states: Map<string, StageState>;
  /** Stages in the order in which they started. */
  started: string[];
  /** What had ended when each started. */
  endedBefore: Map<string, string[]>;
  end: Plan['end'];
}

/** Follows the plans of a run to its end, with attempts that end in the one order or the other. */
function follow(
  graph: Graph,
  outcomes: Record<string, Outcome>,
  takeNext: (open: string[]) => string,
): Course {
  const states = new Map<string, StageState>();
  const started: string[] = [];
  const endedBefore = new Map<string, string[]>();
  for (let step = 0; step < 20; step++) {
    const plan = planRun(graph, states, FACTS);
    for (const { stage: name, reason } of plan.skip) {
      states.set(name, { status: 'skipped', open: false, reason });
    }
    for (const name of plan.start) {
      endedBefore.set(
        name,
        [...states].flatMap(([other, { open }]) => (open ? [] : [other])),
      );
      states.set(name, { status: 'queued', open: true });
      started.push(name);
    }
    if (plan.end) {
      return { states, started, endedBefore, end: plan.end };
    }
    const open = started.filter(name => states.get(name)?.open);
    const next = takeNext(open);
    states.set(next, { status: outcomes[next], open: false });
  }
  throw new Error('The run did not end');
}

const first = (open: string[]) => open[0];
const last = (open: string[]) => open[open.length - 1];

/** Each subset of some things. */
function subsets<T>(items: T[]): T[][] {
  return items.reduce<T[][]>(
    (found, item) => [...found, ...found.map(set => [...set, item])],
    [[]],
  );
}

function ancestorsOf(graph: Graph, name: string): string[] {
  const own = graph[name].needs;
  return [...new Set([...own, ...own.flatMap(of => ancestorsOf(graph, of))])];
}

/** What becomes of each stage, said once more in the order of the graph, without plans. */
function expectedOf(graph: Graph, outcomes: Record<string, Outcome>) {
  const found: Record<string, Status | 'left out'> = {};
  for (const [name, { needs, when }] of Object.entries(graph)) {
    const before = ancestorsOf(graph, name);
    const isMet = when?.branches === undefined;
    const failed = before.some(of => ['failed', 'errored'].includes(found[of]));
    const passed = needs.every(of =>
      ['succeeded', 'left out'].includes(found[of]),
    );
    const complete = !before.some(
      of => found[of] === 'left out' && graph[of].artifacts !== undefined,
    );
    if (when?.needs === undefined && !(passed && complete)) {
      found[name] = 'skipped';
    } else if (!isMet || (when?.needs === 'failed' && !failed)) {
      found[name] = 'left out';
    } else {
      found[name] = outcomes[name];
    }
  }
  return found;
}

/** In what a run went otherwise than expected. */
function complaints(
  graph: Graph,
  expected: ReturnType<typeof expectedOf>,
  { states, started, endedBefore, end }: Course,
): object[] {
  const other = Object.entries(expected).filter(([name, wanted]) => {
    const { status, reason } = states.get(name)!;
    const isLeftOut = reason && !reason.code.startsWith('stage.needs');
    return (isLeftOut ? 'left out' : status) !== wanted;
  });
  const early = started.filter(name => {
    const awaited = graph[name].when?.needs
      ? ancestorsOf(graph, name)
      : graph[name].needs;
    return !awaited.every(of => endedBefore.get(name)?.includes(of));
  });
  const statuses = Object.values(expected);
  const hasFailed = statuses.some(its => ['failed', 'errored'].includes(its));
  const whole = statuses.includes('succeeded') ? 'succeeded' : 'skipped';
  const isEnd = hasFailed
    ? ['failed', 'errored'].includes(end?.status ?? '')
    : end?.status === whole;
  return other.length > 0 || early.length > 0 || !isEnd
    ? [{ graph, expected, states, early, end }]
    : [];
}

/** Every graph of three stages, with every condition and every outcome of two of them. */
function* smallGraphs(): Generator<[Graph, Record<string, Outcome>]> {
  const artifacts = { artifacts: { model: 'model' } };
  for (const needsOfB of subsets(['a'])) {
    for (const needsOfC of subsets(['a', 'b'])) {
      for (const [a, b, c] of NEEDS.flatMap(x =>
        NEEDS.flatMap(y => NEEDS.map(z => [x, y, z] as const)),
      )) {
        for (const elsewhere of subsets(['a', 'b', 'c'])) {
          for (const makers of subsets(['a', 'b'])) {
            const of = (
              name: string,
              needs: string[],
              condition: StageCondition['needs'],
            ) =>
              stage(
                needs,
                {
                  ...(condition && { needs: condition }),
                  ...(elsewhere.includes(name) && { branches: ELSEWHERE }),
                },
                makers.includes(name) ? artifacts : {},
              );
            const graph = {
              a: of('a', [], a),
              b: of('b', needsOfB, b),
              c: of('c', needsOfC, c),
            };
            for (const failing of subsets(['a', 'b'])) {
              yield [
                graph,
                {
                  a: failing.includes('a') ? 'failed' : 'succeeded',
                  b: failing.includes('b') ? 'errored' : 'succeeded',
                  c: 'succeeded',
                },
              ];
            }
          }
        }
      }
    }
  }
}

describe('the conditions of stages', () => {
  it('mean the same in every small graph, whatever ends first, and nothing starts too early', () => {
    let count = 0;
    const wrong: object[] = [];
    for (const [graph, outcomes] of smallGraphs()) {
      for (const takeNext of [first, last]) {
        const course = follow(graph, outcomes, takeNext);
        wrong.push(...complaints(graph, expectedOf(graph, outcomes), course));
        count += 1;
      }
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(count).toBe(2 * 4 * 27 * 8 * 4 * 4 * 2);
  });

  it.each<[StageCondition, string | undefined]>([
    [{ branches: ['main'] }, undefined],
    [
      { branches: ['release/*', 'dev'] },
      'The stage runs only on branches release/* and dev, and this run is of main.',
    ],
    [{ paths: ['docs/'] }, undefined],
    [
      { paths: ['model/**'] },
      'The stage runs only where model/** changes, and this change touches none of that.',
    ],
    [{ branches: ['main'], paths: ['docs/*'] }, undefined],
  ])('%j', (when, why) => {
    const plan = planRun({ a: stage([], when) }, new Map(), FACTS);
    expect(plan.skip.map(({ reason }) => reason.text)).toEqual(
      why === undefined ? [] : [why],
    );
    expect(plan.start).toEqual(why === undefined ? ['a'] : []);
  });

  it('count a change that nobody knows as a change of everything', () => {
    const graph = { a: stage([], { paths: ['model/**'] }) };
    expect(planRun(graph, new Map(), { branch: 'main' }).start).toEqual(['a']);
  });

  it('match no run without a branch', () => {
    const graph = { a: stage([], { branches: ['**'] }) };
    expect(planRun(graph, new Map()).skip).toMatchObject([
      { reason: { code: 'stage.ofNoBranch' } },
    ]);
  });

  it('take an allowed failure for none', () => {
    const graph = {
      a: { needs: [], allowFailure: true },
      b: stage(['a'], { needs: 'failed' }),
    };
    const states = new Map([['a', { status: 'failed', open: false } as const]]);
    expect(planRun(graph, states).skip).toMatchObject([
      { stage: 'b', reason: { code: 'stage.nothingFailed' } },
    ]);
  });

  it('name what a version lacks, but not what is only made after a failure', () => {
    const artifacts = { artifacts: { model: 'model' } };
    const graph = {
      train: stage([], { branches: ELSEWHERE }, artifacts),
      judge: stage([], { branches: ELSEWHERE }, { gates: [{}] }),
      lint: stage([], { branches: ELSEWHERE }),
      dump: stage(['test'], { needs: 'failed' }, artifacts),
      test: stage([]),
    };
    const states = new Map([
      ['test', { status: 'succeeded', open: false } as const],
    ]);
    expect(planRun(graph, states, FACTS).end).toEqual({
      status: 'succeeded',
      missing: ['train', 'judge'],
    });
  });
});
