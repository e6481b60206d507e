import { useCallback } from 'react';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  describeReason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useLanguage } from '../hooks/useLanguage';
import { modelCiReasonsTranslationRef } from './translation';

/** Words reasons in the reader's language. */
export function useReasonText() {
  const { t } = useTranslationRef(modelCiReasonsTranslationRef);
  const language = useLanguage() ?? 'en';
  return useCallback(
    (reason: Reason) =>
      describeReason(reason, {
        language,
        fill: (code, values) => t(code, values),
        formatTime: time => formatTime(time, language),
      }),
    [t, language],
  );
}

function formatTime(time: string, language: string): string {
  const format = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'medium',
  });
  return Number.isNaN(Date.parse(time)) ? time : format.format(new Date(time));
}
