import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { parseSqueue, type Job } from './Job';
import { conclude, type Observation } from './conclude';

const START = '2026-11-27T10:00:00';

function job(said: string, rest: Partial<Job> = {}): Job {
  const [parsed] = parseSqueue(`model-ci-a|7|${said}|${START}|n1|None`);
  return { ...parsed, ...rest };
}

const never: Partial<Job> = { startedAt: undefined, node: undefined };

function observed(rest: Partial<Observation> = {}): Observation {
  return {
    jobs: [],
    inQueue: true,
    folder: 'seen',
    logTooLong: false,
    sameForMs: 10_000,
    sameLooks: 5,
    ...rest,
  };
}

const unknown = { type: 'unknown' };
const exited = (exitCode: number) => ({ type: 'exited', exitCode });
const record = (exitCode: number, terminated = false) => ({
  record: { exitCode, terminated },
});

describe('an attempt', () => {
  it.each([
    ['CANCELLED', { type: 'lost' }],
    ['COMPLETED', exited(0)],
    ['DEADLINE', { type: 'killed', reason: 'timeout' }],
    ['FAILED', { type: 'lost' }],
    ['NODE_FAIL', { type: 'lost' }],
    ['BOOT_FAIL', { type: 'lost' }],
    ['OUT_OF_MEMORY', { type: 'killed', reason: 'out-of-memory' }],
    ['PREEMPTED', { type: 'killed', reason: 'preempted' }],
    ['TIMEOUT', { type: 'killed', reason: 'timeout' }],
  ])('without a record has ended when it is seen twice as %s', (said, end) => {
    const jobs = [job(said)];
    expect(conclude(observed({ jobs }))).toMatchObject(end);
    expect(conclude(observed({ jobs, sameLooks: 1 }))).toEqual(unknown);
    expect(conclude(observed({ jobs, sameForMs: 10 }))).toEqual(unknown);
  });

  it.each([
    ...['COMPLETING', 'SUSPENDED', 'STOPPED', 'SIGNALING', 'RESIZING'],
    ...['STAGE_OUT', 'RUNNING', 'CONFIGURING'],
  ])('goes on in state %s, however long', said => {
    const jobs = [job(said)];
    expect(conclude(observed({ jobs, sameForMs: 1e9 }))).toEqual({
      type: 'running',
      startedAt: `${START}.000Z`,
      node: 'n1',
    });
  });

  it.each(['PENDING', 'REQUEUED', 'REQUEUE_HOLD', 'SPECIAL_EXIT'])(
    'waits in state %s',
    said => {
      const jobs = [job(said, { ...never, reason: 'Priority' })];
      expect(conclude(observed({ jobs, sameForMs: 1e9 }))).toEqual({
        type: 'pending',
        reason: reason('slurm.waitPriority', { word: 'Priority' }),
      });
    },
  );

  it.each(['COMPLETED', 'CANCELLED', 'FAILED', 'OUT_OF_MEMORY'])(
    'has not ended as %s while its folder cannot be seen',
    said => {
      const jobs = [job(said)];
      for (const inQueue of [true, false]) {
        const unseen = observed({ jobs, inQueue, folder: 'unseen' });
        expect(conclude({ ...unseen, sameForMs: 1e9 })).toEqual(unknown);
      }
    },
  );

  it('is lost with its folder, never a success', () => {
    const gone = observed({ jobs: [job('COMPLETED')], folder: 'gone' });
    expect(conclude(gone)).toEqual(unknown);
    expect(conclude({ ...gone, sameForMs: 301_000 })).toMatchObject({
      type: 'lost',
    });
  });

  it('is not ended by a state that nobody knows', () => {
    const jobs = [job('POWERING_SIDEWAYS')];
    expect(conclude(observed({ jobs, sameForMs: 1e9 }))).toEqual(unknown);
  });

  it('has ended at once where its record says success', () => {
    const first = { sameForMs: 0, sameLooks: 1 };
    const jobs = [job('RUNNING')];
    expect(conclude(observed({ jobs, ...record(0), ...first }))).toEqual(
      exited(0),
    );
    // Whether somebody else has ended it, or memory did, only Slurm knows
    expect(conclude(observed({ jobs, ...record(3), ...first }))).toMatchObject({
      type: 'running',
    });
    expect(
      conclude(observed({ jobs, ...record(0, true), ...first })),
    ).toMatchObject({ type: 'running' });
  });

  it('has ended by its record where Slurm says nothing more for long', () => {
    const jobs = [job('COMPLETING')];
    expect(
      conclude(observed({ jobs, ...record(3), sameForMs: 61_000 })),
    ).toEqual(exited(3));
    expect(conclude(observed({ inQueue: false, ...record(3) }))).toEqual(
      exited(3),
    );
  });

  it.each([
    ['FAILED', record(3), exited(3)],
    ['FAILED', record(143, true), exited(143)],
    ['OUT_OF_MEMORY', record(137), { type: 'killed', reason: 'out-of-memory' }],
    ['CANCELLED', record(0, true), { type: 'lost' }],
    ['CANCELLED', record(3), exited(3)],
    ['TIMEOUT', record(0, true), { type: 'killed', reason: 'timeout' }],
    ['PREEMPTED', record(143, true), { type: 'killed', reason: 'preempted' }],
    ['NODE_FAIL', record(3), exited(3)],
  ])('that is %s with the record %j', (said, written, end) => {
    expect(conclude(observed({ jobs: [job(said)], ...written }))).toMatchObject(
      end,
    );
  });

  it('was killed for the reason that was noted, unless its script ended before', () => {
    const killed = { killed: 'cancelled' as const };
    const jobs = [job('CANCELLED')];
    const end = { type: 'killed', reason: 'cancelled' };
    expect(conclude(observed({ jobs, ...killed, sameLooks: 1 }))).toEqual(end);
    expect(conclude(observed({ jobs, ...killed, ...record(137) }))).toEqual(
      end,
    );
    expect(conclude(observed({ jobs, ...killed, ...record(0) }))).toEqual(
      exited(0),
    );
    const pending = [job('CANCELLED', never)];
    expect(conclude(observed({ jobs: pending, ...killed }))).toEqual(end);
  });

  it('is held to its log, also where it ended before that was seen', () => {
    expect(
      conclude(
        observed({ jobs: [job('COMPLETED')], ...record(0), logTooLong: true }),
      ),
    ).toEqual({ type: 'killed', reason: 'log-limit' });
  });

  it('ended as accounting says, where it wrote no record', () => {
    const failed = job('FAILED', { exit: { code: 7, signal: 0 } });
    expect(conclude(observed({ jobs: [failed] }))).toEqual(exited(7));
    const killed = job('FAILED', { exit: { code: 0, signal: 9 } });
    expect(conclude(observed({ jobs: [killed] }))).toMatchObject({
      type: 'lost',
    });
    const refused = job('FAILED', {
      ...never,
      exit: { code: 1, signal: 0 },
    });
    expect(conclude(observed({ jobs: [refused] }))).toMatchObject({
      type: 'lost',
    });
  });

  it('ran in the one of two jobs that took its permit', () => {
    const late = job('FAILED', { id: '8', exit: { code: 99, signal: 0 } });
    const first = job('COMPLETED', { exit: { code: 0, signal: 0 } });
    expect(conclude(observed({ jobs: [first, late] }))).toEqual(exited(0));
    expect(conclude(observed({ jobs: [late] }))).toMatchObject({
      type: 'lost',
    });
    expect(conclude(observed({ jobs: [late, job('RUNNING')] }))).toMatchObject({
      type: 'running',
    });
  });

  it('is waited for where Slurm does not know it, and lost after minutes', () => {
    const away = observed({ inQueue: false });
    expect(conclude({ ...away, sameForMs: 299_000 })).toEqual(unknown);
    expect(conclude({ ...away, sameForMs: 301_000 })).toMatchObject({
      type: 'lost',
    });
    // Accounting lags behind the queue, or has lost its end
    const stale = { ...away, jobs: [job('RUNNING')] };
    expect(conclude({ ...stale, sameForMs: 299_000 })).toEqual(unknown);
    expect(conclude({ ...stale, sameForMs: 301_000 })).toMatchObject({
      type: 'lost',
    });
  });
});
