import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { usePipeline } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { PermissionButton } from '../common';

/** Nothing is lost by it but time, so it asks for no confirmation. */
export function ClearCachesButton(props: {
  pipelineRef: string;
  onCleared: () => void;
}) {
  const { pipelineRef, onCleared } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const owner = usePipeline(pipelineRef).data?.owner;
  const action = useAction(async () => {
    await api.clearCaches(pipelineRef);
    onCleared();
  });
  return (
    <>
      <PermissionButton
        action="run"
        pipelineRef={pipelineRef}
        owner={owner}
        variant="outlined"
        disabled={action.pending}
        onClick={() => action.run()}
      >
        {t('caches.clear')}
      </PermissionButton>
      {action.error && (
        <ErrorNotice error={action.error} title={t('common.actionFailed')} />
      )}
    </>
  );
}
