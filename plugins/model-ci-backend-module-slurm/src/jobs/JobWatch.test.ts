import type { Phase } from '@model-ci/backstage-plugin-model-ci-node';
import type { Records } from '../files/AttemptFiles';
import { drawPermit } from './exitRecord';
import { parseSacct, parseSqueue } from './Job';
import { JobWatch } from './JobWatch';

const { proof, permit } = drawPermit();
const [succeeded, , limit] = permit.trim().split(' ');

let stop: AbortController;

beforeEach(() => {
  stop = new AbortController();
});

afterEach(() => stop.abort());

function setUp() {
  const cluster = {
    queue: '',
    accounting: '' as string | Error,
    now: 0,
    records: new Map<string, Partial<Records>>(),
    unseen: false,
    calls: { queue: 0, accounting: 0, records: [] as string[][] },
  };
  const failures: unknown[] = [];
  const watch = new JobWatch({
    slurm: {
      async queue() {
        cluster.calls.queue++;
        return parseSqueue(cluster.queue);
      },
      async accounting() {
        cluster.calls.accounting++;
        if (cluster.accounting instanceof Error) {
          throw cluster.accounting;
        }
        return parseSacct(cluster.accounting);
      },
    },
    files: {
      async readRecords(ids) {
        cluster.calls.records.push(ids);
        if (cluster.unseen) {
          return new Map();
        }
        return new Map(
          ids.map(id => {
            const found = {
              type: 'seen',
              logBytes: 0,
              ...cluster.records.get(id),
            };
            return [id, found as Records];
          }),
        );
      },
    },
    // Only steps that are asked for
    pollMs: 2 ** 30,
    now: () => cluster.now,
    onFailure: error => failures.push(error),
  });
  const follow = (attemptId: string) => {
    const phases: Phase[] = [];
    let end: unknown;
    watch
      .outcome({ attemptId, proof, maxLogBytes: 100 }, stop.signal, phase =>
        phases.push(phase),
      )
      .then(
        outcome => {
          end = outcome;
        },
        error => {
          end = error.name;
        },
      );
    return { phases, end: () => end };
  };
  const step = async (now = cluster.now) => {
    cluster.now = now;
    await watch.step();
  };
  return { cluster, failures, follow, step };
}

const line = (id: string, said: string, reason = 'Priority') =>
  `model-ci-${id}|${id}|${said}|2026-11-27T10:00:00|n1|${reason}\n`;

const lines = (count: number, said: string) =>
  Array.from({ length: count }, (_, n) => line(String(n), said)).join('');

it('asks one question for a thousand attempts that wait', async () => {
  const { cluster, follow, step } = setUp();
  const all = Array.from({ length: 1000 }, (_, n) => follow(String(n)));
  cluster.queue = lines(1000, 'PENDING');
  await step();
  await step();
  expect(cluster.calls).toEqual({ queue: 2, accounting: 0, records: [] });
  expect(all.every(({ phases }) => phases.length === 1)).toBe(true);
  cluster.queue = '';
  await step();
  expect(cluster.calls).toMatchObject({ queue: 3, accounting: 2 });
  stop.abort();
  await new Promise(resolve => setImmediate(resolve));
  expect(all[0].end()).toBe('AbortError');
});

it('reports each phase once, and then the end', async () => {
  const { cluster, follow, step } = setUp();
  const one = follow('1');
  for (const said of ['PENDING', 'PENDING', 'RUNNING', 'RUNNING']) {
    cluster.queue = line('1', said);
    await step();
  }
  expect(one.phases.map(({ type }) => type)).toEqual(['pending', 'running']);
  cluster.records.set('1', { exit: `exited 0 ${succeeded}\n` });
  await step();
  expect(one.end()).toEqual({ type: 'exited', exitCode: 0 });
});

it('takes no record that the batch script has not written', async () => {
  const { cluster, follow, step } = setUp();
  const one = follow('1');
  cluster.queue = line('1', 'RUNNING');
  const forged = [
    `exited 0 ${'x'.repeat(32)}\n`,
    `exited 1 ${succeeded}\n`,
    `exited 0 ${succeeded}`,
  ];
  for (const exit of forged) {
    cluster.records.set('1', { exit });
    await step();
  }
  expect(one.end()).toBeUndefined();
});

it('follows nothing from a queue or accounting that does not answer', async () => {
  const { cluster, failures, follow, step } = setUp();
  const one = follow('1');
  cluster.accounting = new Error('slurmdbd is away');
  for (const now of [0, 1e6, 1e9]) {
    await step(now);
  }
  expect(one.end()).toBeUndefined();
  expect(failures).toEqual([cluster.accounting]);
  // Its time begins when both answer
  cluster.accounting = '';
  await step(2e9);
  await step(2e9 + 299_000);
  expect(one.end()).toBeUndefined();
  await step(2e9 + 301_000);
  expect(one.end()).toMatchObject({ type: 'lost' });
});

it('asks accounting how a job failed that left no record', async () => {
  const { cluster, follow, step } = setUp();
  const one = follow('1');
  cluster.queue = line('1', 'FAILED', 'NonZeroExitCode');
  cluster.accounting = 'model-ci-1|1|FAILED|2026-11-27T10:00:00|n1|5:0\n';
  await step(0);
  expect(one.end()).toBeUndefined();
  await step(5000);
  expect(one.end()).toEqual({ type: 'exited', exitCode: 5 });
});

it('does not end what was preempted and waits again', async () => {
  const { cluster, follow, step } = setUp();
  const one = follow('1');
  for (const [now, said] of [
    [0, 'PREEMPTED'],
    [2000, 'PENDING'],
    [4000, 'PENDING'],
    [6000, 'PREEMPTED'],
  ] as const) {
    cluster.queue = line('1', said);
    await step(now);
  }
  expect(one.end()).toBeUndefined();
});

it('follows nothing from a folder that it cannot see', async () => {
  const { cluster, follow, step } = setUp();
  const one = follow('1');
  cluster.queue = line('1', 'COMPLETED', 'None');
  cluster.unseen = true;
  for (const now of [0, 5000, 1e9]) {
    await step(now);
  }
  expect(one.end()).toBeUndefined();
  cluster.unseen = false;
  cluster.records.set('1', { exit: `exited 0 ${succeeded}\n` });
  await step();
  expect(one.end()).toEqual({ type: 'exited', exitCode: 0 });
});

it('ends what is proven while accounting is away for others', async () => {
  const { cluster, follow, step } = setUp();
  const [done, other] = [follow('1'), follow('2')];
  cluster.accounting = new Error('slurmdbd is away');
  cluster.records.set('1', { exit: `exited 0 ${succeeded}\n` });
  await step();
  expect(done.end()).toEqual({ type: 'exited', exitCode: 0 });
  expect(other.end()).toBeUndefined();
});

it('asks accounting also where a record proves nothing', async () => {
  const { cluster, follow, step } = setUp();
  const one = follow('1');
  cluster.records.set('1', { exit: 'exited 0 forged' });
  cluster.accounting =
    'model-ci-1|1|OUT_OF_MEMORY|2026-11-27T10:00:00|n1|0:125\n';
  await step(0);
  await step(5000);
  expect(one.end()).toEqual({ type: 'killed', reason: 'out-of-memory' });
});

it('takes no reason of a kill that the stage may have written', async () => {
  const { cluster, follow, step } = setUp();
  const [forged, guessed, proven] = ['1', '2', '3'].map(id => follow(id));
  cluster.queue = ['1', '2', '3']
    .map(id => line(id, 'CANCELLED', 'None'))
    .join('');
  cluster.records.set('1', { killed: 'cancelled\n' });
  cluster.records.set('2', { killed: `timeout ${'x'.repeat(32)}\n` });
  cluster.records.set('3', { killed: `timeout ${limit}\n` });
  await step(0);
  await step(5000);
  expect(forged.end()).toMatchObject({ type: 'lost' });
  expect(guessed.end()).toMatchObject({ type: 'lost' });
  expect(proven.end()).toEqual({ type: 'killed', reason: 'timeout' });
});
