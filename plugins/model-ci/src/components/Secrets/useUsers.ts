import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { PipelineSecrets } from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiTranslationRef } from '../../translation';

/** Which stages use a secret, and whether the service does, as text; empty where nothing does. */
export function useUsers({
  usedBy,
}: Pick<PipelineSecrets, 'usedBy'>): (name: string) => string {
  const { t } = useTranslationRef(modelCiTranslationRef);
  return name => {
    const use = Object.hasOwn(usedBy, name) ? usedBy[name] : undefined;
    return [
      ...(use?.stages ?? []),
      ...(use?.serving ? [t('secrets.serving')] : []),
    ].join(', ');
  };
}
