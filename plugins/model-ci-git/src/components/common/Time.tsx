import { useLanguage } from '../../hooks/useLanguage';

/** Date and time in the user's language and time zone. */
export function Time(props: { time: string }) {
  const language = useLanguage();
  const text = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
  }).format(new Date(props.time));
  return <time dateTime={props.time}>{text}</time>;
}
