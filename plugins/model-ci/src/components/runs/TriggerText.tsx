import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { RunSummary } from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiTranslationRef } from '../../translation';

/** What started a run. */
export function TriggerText(props: {
  run: Pick<RunSummary, 'schedule' | 'trigger'>;
}) {
  const { schedule, trigger } = props.run;
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (
    <>
      {schedule === undefined
        ? t(`trigger.${trigger}`)
        : t('trigger.scheduleNamed', { name: schedule })}
    </>
  );
}
