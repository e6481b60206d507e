import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jobName, parseSacct, parseSqueue } from './Job';

/** Written by Slurm 22.05 on the testbed, with testing/recorded/record.sh. */
const recorded = (name: string) =>
  readFileSync(join(__dirname, '../testing/recorded', name), 'utf8');

describe('squeue', () => {
  const jobs = parseSqueue(recorded('squeue.txt'));
  const find = (attempt: string) =>
    jobs.find(({ name }) => name === jobName(attempt));

  it('lists our jobs alone, with state, machine and start in UTC', () => {
    expect(jobs.every(({ name }) => name.startsWith('model-ci-'))).toBe(true);
    expect(find('running')).toMatchObject({
      state: { type: 'running' },
      said: 'RUNNING',
      startedAt: expect.stringMatching(/^2026-11-27T\d\d:\d\d:\d\d\.000Z$/),
      node: 'n1',
    });
  });

  it('says why a job waits', () => {
    expect(find('huge')).toMatchObject({
      state: { type: 'pending' },
      reason: 'Resources',
    });
    expect(find('long')).toMatchObject({ reason: 'PartitionTimeLimit' });
    expect(find('dependent')).toMatchObject({
      reason: 'DependencyNeverSatisfied',
    });
    expect(find('later')).toMatchObject({ reason: 'BeginTime' });
  });

  it('does not take what is being cleared up for ended', () => {
    expect(find('completing')?.state).toEqual({ type: 'running' });
  });

  it('takes ends as they are, and a job that never started without a start', () => {
    expect(find('failed')?.state).toEqual({ type: 'final', state: 'FAILED' });
    expect(find('cancelled')).not.toHaveProperty('node');
  });
});

describe('sacct', () => {
  const jobs = parseSacct(recorded('sacct.txt'));
  const find = (attempt: string) =>
    jobs.filter(({ name }) => name === jobName(attempt)).at(-1);

  it.each([
    ['failed', 'FAILED', { code: 7, signal: 0 }],
    ['killed', 'FAILED', { code: 0, signal: 9 }],
    ['memory', 'OUT_OF_MEMORY', { code: 0, signal: 125 }],
    ['nofolder', 'FAILED', { code: 0, signal: 53 }],
    ['cancelled', 'CANCELLED', { code: 0, signal: 0 }],
    ['completed', 'COMPLETED', { code: 0, signal: 0 }],
  ])('knows how %s ended', (attempt, state, exit) => {
    expect(find(attempt)).toMatchObject({
      state: { type: 'final', state },
      exit,
    });
  });

  it('knows what a refused sbatch has left, which never ran', () => {
    const refused = find('refused');
    expect(refused?.state).toEqual({ type: 'final', state: 'FAILED' });
    expect(refused).not.toHaveProperty('node');
  });
});

it.each([
  '',
  'nonsense\n',
  'model-ci-x|1\n',
  'model-ci-x|1|GOING_SIDEWAYS||\n',
])('ends nothing by %j', text => {
  const states = [...parseSqueue(text), ...parseSacct(text)].map(
    ({ state }) => state.type,
  );
  expect(states.every(type => type === 'unknown')).toBe(true);
});
