import type { Status } from '@model-ci/backstage-plugin-model-ci-common';
import { runDecided, runWaited, stageWaited, toDecided } from './decided';

const AT = (minute: number) =>
  `2026-05-01T10:${String(minute).padStart(2, '0')}:00.000Z`;

const decision = (
  change: Partial<Parameters<typeof toDecided>[0][number]> = {},
) => ({
  run_id: 'run',
  stage_id: 'stage',
  stage: 'evaluate',
  decision: 'continue' as const,
  decided_by: 'user:default/jo',
  decided_at: AT(5),
  ...change,
});

describe('what people decided', () => {
  it('names everybody once, and when the last one decided', () => {
    expect(
      toDecided([
        decision(),
        decision({ decided_by: 'user:default/mo' }),
        decision({ decided_at: AT(7) }),
      ]),
    ).toEqual({
      decision: 'continue',
      by: ['user:default/jo', 'user:default/mo'],
      at: AT(7),
    });
  });

  it('is that it was stopped where one of several was', () => {
    const stop = decision({ decision: 'stop', decided_by: null });
    expect(toDecided([stop, decision()])).toEqual({
      decision: 'stop',
      by: [],
      at: AT(5),
    });
  });

  it.each([
    ['succeeded', 'continue'],
    ['running', 'continue'],
    ['failed', 'stop'],
  ] as const)('made a run that has %s by %s', (status, made) => {
    expect(
      runDecided(status, [decision(), decision({ decision: 'stop' })]),
    ).toMatchObject({ decision: made });
  });

  it('does not explain why a run failed that was let through', () => {
    expect(runDecided('failed', [decision()])).toBeUndefined();
  });
});

describe('the time that was waited', () => {
  const wait = (from: Status, to: Status, at: string) => ({
    from_status: from,
    to_status: to,
    at,
  });
  const waits = [
    wait('running', 'waiting', AT(1)),
    wait('waiting', 'running', AT(3)),
    wait('running', 'waiting', AT(10)),
    wait('waiting', 'running', AT(14)),
  ];

  it('is the sum of all waits', () => {
    expect(runWaited(AT(0), waits)).toEqual({ milliseconds: 6 * 60_000 });
  });

  it('begins anew with a retry', () => {
    expect(runWaited(AT(5), waits)).toEqual({ milliseconds: 4 * 60_000 });
    expect(runWaited(AT(20), waits)).toBeUndefined();
  });

  it('says since when it goes on', () => {
    expect(runWaited(AT(0), waits.slice(0, 3))).toEqual({
      milliseconds: 2 * 60_000,
      since: AT(10),
    });
  });

  it('is that of its questions for a stage', () => {
    const asked = (from: string, to: string | null) => ({
      asked_at: from,
      decided_at: to,
    });
    expect(
      stageWaited(AT(2), [asked(AT(1), AT(2)), asked(AT(3), AT(8))]),
    ).toEqual({ milliseconds: 5 * 60_000 });
    expect(stageWaited(AT(2), [asked(AT(3), null)])).toEqual({
      milliseconds: 0,
      since: AT(3),
    });
  });
});
