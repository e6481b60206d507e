import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { GpuEnergy } from '@model-ci/backstage-plugin-model-ci-common';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { formatEnergy } from './formatEnergy';

/** Puts energy into words, and says where it is an estimate. */
export function useEnergyText(): (energy: GpuEnergy) => string {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const language = useLanguage();
  return ({ joules, isEstimate }) => {
    const energy = formatEnergy(joules, language);
    return isEstimate ? t('gpus.estimated', { energy }) : energy;
  };
}
