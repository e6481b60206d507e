import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { GpuTotal } from '@model-ci/backstage-plugin-model-ci-common';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatDuration } from '../../format';
import { useRunGpus } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { Fact } from '../common';
import { useEnergyText } from './useEnergyText';

/** What the GPUs of a run come to; nothing where there were none, or where that cannot be read. */
export function GpuFacts(props: { runId: string; isRunning: boolean }) {
  const { data } = useRunGpus(props);
  return data?.total ? <TotalFacts total={data.total} /> : null;
}

function TotalFacts({ total }: { total: GpuTotal }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const language = useLanguage();
  const describe = useEnergyText();
  const time = formatDuration(total.gpuSeconds * 1000, language);
  return (
    <>
      <Fact name={t('gpus.time')}>{[...total.models, time].join(' · ')}</Fact>
      {total.energy && (
        <Fact name={t('gpus.energy')}>{describe(total.energy)}</Fact>
      )}
    </>
  );
}
