import { DateTime } from 'luxon';
import { useLanguage } from '../hooks/useLanguage';
import { useNow } from '../hooks/useNow';

const MINUTE = 60_000;
/** As often as the page looks at its clock: what happens meanwhile seems to be ahead of it. Clocks differ, too. */
const INTERVAL = 15_000;
const AHEAD = INTERVAL + 5_000;

/** How long ago or ahead, with the exact time in the user's time zone as its title. */
export function Timestamp(props: { time: string }) {
  const language = useLanguage();
  const now = useNow(true, INTERVAL);
  const time = DateTime.fromISO(props.time).setLocale(language ?? 'en');
  if (!time.isValid) {
    return <span>{props.time}</span>;
  }
  return (
    <time
      dateTime={props.time}
      title={time.toLocaleString(DateTime.DATETIME_FULL_WITH_SECONDS)}
    >
      {describe(time, now)}
    </time>
  );
}

function describe(time: DateTime, now: number): string | null {
  const ahead = time.toMillis() - now;
  if (ahead > 0 && ahead <= AHEAD) {
    // No "in 3 seconds" for what has just happened.
    const words = { numeric: 'auto' } as const;
    return new Intl.RelativeTimeFormat(time.locale ?? 'en', words).format(
      0,
      'second',
    );
  }
  const base = DateTime.fromMillis(now);
  return Math.abs(ahead) < MINUTE
    ? time.toRelative({ base, unit: 'seconds' })
    : time.toRelative({ base });
}

/** Date and time in the user's time zone. */
export function ExactTime(props: { time: string }) {
  const language = useLanguage();
  const time = DateTime.fromISO(props.time).setLocale(language ?? 'en');
  return (
    <time
      dateTime={props.time}
      title={time.toLocaleString(DateTime.DATETIME_FULL_WITH_SECONDS)}
    >
      {time.toLocaleString(DateTime.DATETIME_MED_WITH_SECONDS)}
    </time>
  );
}
