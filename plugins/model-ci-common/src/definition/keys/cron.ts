import { reason, type Reason } from '../../reasons';

/** Runs that come more often are a loop: a run takes minutes, and all of them are kept. As on GitHub. */
export const MIN_MINUTES = 5;
/** Far more than a line of cron needs. */
const MAX_CRON = 100;

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const DAYS = 'sun mon tue wed thu fri sat'.split(' ');
const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

interface Field {
  min: number;
  max: number;
  /** Names that stand for the values, from the smallest on. */
  names?: string[];
}

const FIELDS: Field[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: MONTHS },
  // Sunday is 0 and 7.
  { min: 0, max: 7, names: DAYS },
];

const SHORTHANDS: Record<string, string> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
};

/** What a line of cron names, each in ascending order. */
export interface CronTimes {
  minutes: number[];
  hours: number[];
  /** Of the month. */
  days: number[];
  /** From 1 on. */
  months: number[];
  /** Of the week, from Sunday, 0, on. */
  weekdays: number[];
  /** Whether a day of the month or of the week is enough, as where both are named; otherwise it must be both. */
  eitherDay: boolean;
}

/** Why a text is no schedule that can start runs. */
export function findCronProblem(text: string): Reason | undefined {
  const times = parseCron(text);
  if ('code' in times) {
    return times;
  }
  if (!hasDay(times)) {
    return reason('definition.cronNever');
  }
  const between = shortestGap(times);
  return between < MIN_MINUTES
    ? reason('definition.cronTooOften', { minutes: between, min: MIN_MINUTES })
    : undefined;
}

/** Reads the grammar of crontab(5), or says where the text is none. */
export function parseCron(text: string): CronTimes | Reason {
  const fields = expandCron(text).trim().split(/\s+/);
  if (text.length > MAX_CRON || fields.length !== FIELDS.length) {
    return reason('definition.cronFields');
  }
  const values: number[][] = [];
  for (const [index, field] of FIELDS.entries()) {
    const read = readField(fields[index], field);
    if (!Array.isArray(read)) {
      return read;
    }
    values.push(read);
  }
  const [minutes, hours, days, months, weekdays] = values;
  return {
    ...{ minutes, hours, days, months },
    weekdays: [...new Set(weekdays.map(day => day % 7))].sort((a, b) => a - b),
    eitherDay: !fields[2].startsWith('*') && !fields[4].startsWith('*'),
  };
}

/** The five fields that a shorthand stands for; any other text as it is. */
function expandCron(text: string): string {
  const key = text.trim().toLowerCase();
  return Object.hasOwn(SHORTHANDS, key) ? SHORTHANDS[key] : text;
}

function readField(text: string, field: Field): number[] | Reason {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const range = readPart(part, field);
    if (!range) {
      const { min, max } = field;
      return reason('definition.cronPart', {
        part: part.slice(0, 20),
        ...{ min, max },
      });
    }
    const { first, last, step } = range;
    for (let value = first; value <= last; value += step) {
      values.add(value);
    }
  }
  return [...values].sort((a, b) => a - b);
}

function readPart(part: string, field: Field) {
  const match = /^(?:(\*)|(\w{1,3})(?:-(\w{1,3}))?)(?:\/(\d{1,2}))?$/.exec(
    part,
  );
  if (!match) {
    return undefined;
  }
  const [, star, from, to, by] = match;
  const first = star ? field.min : readValue(from, field);
  const open = star || (by !== undefined && to === undefined);
  const last = open ? field.max : readValue(to ?? from, field);
  const step = Number(by ?? 1);
  return first !== undefined &&
    last !== undefined &&
    first <= last &&
    step >= 1 &&
    step <= field.max
    ? { first, last, step }
    : undefined;
}

function readValue(
  text: string,
  { min, max, names }: Field,
): number | undefined {
  const name = names?.indexOf(text.toLowerCase()) ?? -1;
  const value = name >= 0 ? name + min : Number(text);
  return Number.isInteger(value) && value >= min && value <= max
    ? value
    : undefined;
}

/** With days of the week, each of these is a day too. */
function hasDay({ days, months, eitherDay }: CronTimes): boolean {
  return (
    eitherDay || months.some(month => days[0] <= LONGEST_MONTHS[month - 1])
  );
}

/** Minutes between two times that follow each other, on days that do. */
function shortestGap({ minutes, hours }: CronTimes): number {
  const times = hours.flatMap(hour =>
    minutes.map(minute => hour * 60 + minute),
  );
  const next = [...times.slice(1), times[0] + 24 * 60];
  return Math.min(...times.map((time, index) => next[index] - time));
}
