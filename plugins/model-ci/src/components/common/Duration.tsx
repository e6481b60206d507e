import { useLanguage, useNow } from '@model-ci/backstage-plugin-model-ci-react';
import { formatDuration } from '../../format';

/** How long something took, or has taken so far; it ticks while there is no end. Nothing before the start. */
export function Duration(props: { startedAt?: string; finishedAt?: string }) {
  const { startedAt, finishedAt } = props;
  const ticking = startedAt !== undefined && finishedAt === undefined;
  const language = useLanguage();
  const now = useNow(ticking);
  if (startedAt === undefined) {
    return <span>–</span>;
  }
  const end = finishedAt === undefined ? now : Date.parse(finishedAt);
  const milliseconds = end - Date.parse(startedAt);
  return (
    <span style={{ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}>
      {formatDuration(
        ticking ? Math.floor(milliseconds / 1000) * 1000 : milliseconds,
        language,
      )}
    </span>
  );
}
