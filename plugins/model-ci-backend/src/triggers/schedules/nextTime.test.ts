import { nextTime } from './nextTime';

/** The times from a moment on, as of UTC. */
function times(cron: string, timezone: string, from: string, count: number) {
  const found: string[] = [];
  let at = new Date(from);
  for (let index = 0; index < count; index++) {
    at = nextTime({ cron, timezone }, at);
    found.push(at.toISOString().replace(':00.000Z', ''));
  }
  return found;
}

describe('times of a schedule', () => {
  it('are those of its time zone', () => {
    expect(
      times('0 2 * * 1-5', 'Asia/Shanghai', '2026-01-02T00:00Z', 2),
    ).toEqual(
      // Monday and Tuesday there
      ['2026-01-04T18:00', '2026-01-05T18:00'],
    );
  });

  it('come an hour later, once, where the clock leaves them out', () => {
    expect(
      times('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', 2),
    ).toEqual(['2026-03-29T01:30', '2026-03-30T00:30']);
    expect(
      times('30 2,3 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', 2),
    ).toEqual(['2026-03-29T01:30', '2026-03-30T00:30']);
    expect(times('0 0 * * *', 'Africa/Cairo', '2026-04-23T00:00Z', 2)).toEqual([
      '2026-04-23T22:00',
      '2026-04-24T21:00',
    ]);
  });

  it('come once, the first time, where the clock has them twice', () => {
    expect(
      times('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', 2),
    ).toEqual(['2026-10-25T00:30', '2026-10-26T01:30']);
    expect(
      times('30 1 * * *', 'America/New_York', '2026-10-31T12:00Z', 2),
    ).toEqual(['2026-11-01T05:30', '2026-11-02T06:30']);
  });

  it('of every hour are real hours when the clock changes', () => {
    expect(
      times('30 * * * *', 'Europe/Berlin', '2026-03-29T00:00Z', 3),
    ).toEqual(['2026-03-29T00:30', '2026-03-29T01:30', '2026-03-29T02:30']);
    expect(
      times('30 * * * *', 'Europe/Berlin', '2026-10-25T00:00Z', 3),
    ).toEqual(['2026-10-25T00:30', '2026-10-25T01:30', '2026-10-25T02:30']);
  });

  it('come half an hour later, and once, where the clock changes by that', () => {
    const zone = 'Australia/Lord_Howe';
    expect(times('15 2 * * *', zone, '2026-10-03T12:00Z', 2)).toEqual([
      '2026-10-03T15:45',
      '2026-10-04T15:15',
    ]);
    expect(times('45 1 * * *', zone, '2026-04-04T00:00Z', 2)).toEqual([
      '2026-04-04T14:45',
      '2026-04-05T15:15',
    ]);
  });

  it('come on the next day where a whole one is left out', () => {
    expect(times('0 12 * * *', 'Pacific/Apia', '2011-12-29T20:00Z', 2)).toEqual(
      ['2011-12-29T22:00', '2011-12-30T22:00'],
    );
  });

  it('are of days of the month or of the week where both are named', () => {
    expect(times('0 0 1,15 * mon', 'UTC', '2026-06-07T01:00Z', 3)).toEqual([
      '2026-06-08T00:00',
      '2026-06-15T00:00',
      '2026-06-22T00:00',
    ]);
    expect(times('0 0 29 2 */7', 'UTC', '2026-01-01T00:00Z', 2)).toEqual([
      '2032-02-29T00:00',
      '2060-02-29T00:00',
    ]);
  });

  it('of a leap day are years apart', () => {
    expect(times('59 23 29 2 *', 'UTC', '2026-01-01T00:00Z', 2)).toEqual([
      '2028-02-29T23:59',
      '2032-02-29T23:59',
    ]);
  });
});
