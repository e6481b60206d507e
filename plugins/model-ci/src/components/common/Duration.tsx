import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { Waited } from '@model-ci/backstage-plugin-model-ci-common';
import { useLanguage, useNow } from '@model-ci/backstage-plugin-model-ci-react';
import { formatDuration } from '../../format';
import { modelCiTranslationRef } from '../../translation';
import { workTime, type Times } from './workTime';

/** How long something took, or has taken so far; it ticks while there is no end. Nothing before the start. */
export function Duration(props: Times) {
  const { startedAt, finishedAt, waited } = props;
  const ticking = startedAt !== undefined && !(finishedAt ?? waited?.since);
  const language = useLanguage();
  const now = useNow(ticking);
  if (startedAt === undefined) {
    return <span>–</span>;
  }
  const work = workTime({ ...props, startedAt }, now);
  return (
    <span style={{ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}>
      {formatDuration(ticking ? floorSeconds(work) : work, language)}
    </span>
  );
}

/** How long something waited for people, which is no part of its duration. Nothing where it did not. */
export function WaitedText({ waited }: { waited?: Waited }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const language = useLanguage();
  const now = useNow(waited?.since !== undefined);
  if (!waited) {
    return null;
  }
  const { since, milliseconds } = waited;
  const duration = formatDuration(
    since === undefined
      ? milliseconds
      : milliseconds + floorSeconds(now - Date.parse(since)),
    language,
  );
  return (
    <>{t(since === undefined ? 'waited.ended' : 'waited.open', { duration })}</>
  );
}

function floorSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}
