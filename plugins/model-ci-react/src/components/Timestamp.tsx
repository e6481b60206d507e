import { DateTime } from 'luxon';
import { useLanguage } from '../hooks/useLanguage';
import { useNow } from '../hooks/useNow';

const MINUTE = 60_000;

/** How long ago, with the exact time in the user's time zone as its title. */
export function Timestamp(props: { time: string }) {
  const language = useLanguage();
  const now = useNow(true, 15_000);
  const time = DateTime.fromISO(props.time).setLocale(language ?? 'en');
  if (!time.isValid) {
    return <span>{props.time}</span>;
  }
  // A clock that is ahead of ours must not make "in 3 seconds" of what has happened.
  const base = DateTime.fromMillis(Math.max(now, time.toMillis()));
  const relative =
    Math.abs(base.toMillis() - time.toMillis()) < MINUTE
      ? time.toRelative({ base, unit: 'seconds' })
      : time.toRelative({ base });
  return (
    <time
      dateTime={props.time}
      title={time.toLocaleString(DateTime.DATETIME_FULL_WITH_SECONDS)}
    >
      {relative}
    </time>
  );
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
