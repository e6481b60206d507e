import {
  type CronTimes,
  parseCron,
} from '@model-ci/backstage-plugin-model-ci-common';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The 29 February of one day of the week may be 40 years away. */
const DAYS_AHEAD = 41 * 366;

class Zone {
  readonly #format: Intl.DateTimeFormat;

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en', {
      timeZone,
      timeZoneName: 'longOffset',
    });
  }

  /** Milliseconds that its clocks are ahead of UTC. */
  offsetAt(time: number): number {
    const name = this.#format
      .formatToParts(time)
      .find(({ type }) => type === 'timeZoneName')?.value;
    const match = /^GMT(?:([+-])(\d\d):(\d\d))?/.exec(name ?? '');
    if (!match) {
      throw new Error(`The platform writes no offset, but '${name}'`);
    }
    const [, sign, hours = 0, minutes = 0] = match;
    const ahead = Number(hours) * HOUR + Number(minutes) * MINUTE;
    return sign === '-' ? -ahead : ahead;
  }
}

/**
 * The first time of a schedule after a moment. Where the clock is put forward, a time that it leaves out comes as much
 * later; where it is put back, one that comes twice is meant once, by the first, unless every hour is named.
 */
export function nextTime(
  { cron, timezone }: { cron: string; timezone: string },
  after: Date,
): Date {
  const times = parseCron(cron);
  if ('code' in times) {
    throw new Error(`'${cron}' is no schedule: ${times.text}`);
  }
  const zone = new Zone(timezone);
  const earliest = after.getTime();
  const today = startOfDay(earliest + zone.offsetAt(earliest));
  for (let count = 0; count < DAYS_AHEAD; count++) {
    const day = today + count * DAY;
    // What is left out at the end of a day may come after the first times of the next.
    const found = [day, day + DAY]
      .flatMap(each =>
        isDayOf(times, each) ? timesOfDay(times, each, zone) : [],
      )
      .filter(time => time > earliest);
    if (found.length > 0) {
      return new Date(Math.min(...found));
    }
  }
  throw new Error(`'${cron}' never comes`);
}

/** `day` is when it starts, on the clocks of the zone. */
function isDayOf(times: CronTimes, day: number): boolean {
  const date = new Date(day);
  const isDay = times.days.includes(date.getUTCDate());
  const isWeekday = times.weekdays.includes(date.getUTCDay());
  return (
    times.months.includes(date.getUTCMonth() + 1) &&
    (times.eitherDay ? isDay || isWeekday : isDay && isWeekday)
  );
}

function timesOfDay(
  { hours, minutes }: CronTimes,
  day: number,
  zone: Zone,
): number[] {
  const clocks = hours.flatMap(hour =>
    minutes.map(minute => day + hour * HOUR + minute * MINUTE),
  );
  const before = zone.offsetAt(day - DAY);
  const later = zone.offsetAt(day + 2 * DAY);
  if (before === later) {
    return clocks.map(clock => clock - before);
  }
  const everyHour = hours.length === 24;
  return clocks.flatMap(clock => {
    const found = [clock - before, clock - later].filter(
      time => time + zone.offsetAt(time) === clock,
    );
    if (found.length === 0) {
      return [clock - before];
    }
    return everyHour ? found : [Math.min(...found)];
  });
}

function startOfDay(clock: number): number {
  return Math.floor(clock / DAY) * DAY;
}
