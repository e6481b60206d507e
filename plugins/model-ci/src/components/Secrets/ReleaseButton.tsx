import Button from '@material-ui/core/Button';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { Secret } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { modelCiTranslationRef } from '../../translation';

/** Lets the pipeline use a secret of its owner, or no longer. */
export function ReleaseButton(props: {
  pipelineRef: string;
  secret: Secret;
  onChange: () => void;
}) {
  const { pipelineRef, secret, onChange } = props;
  const { name, isAllowed } = secret;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const action = useAction(async () => {
    await api.releaseSecret(pipelineRef, name, !isAllowed);
    onChange();
  });
  const label = isAllowed ? t('secrets.withdraw') : t('secrets.release');
  return (
    <>
      <Button
        size="small"
        disabled={action.pending}
        onClick={() => action.run()}
        aria-label={`${label}: ${name}`}
      >
        {label}
      </Button>
      {action.error && (
        <ErrorNotice error={action.error} title={t('common.actionFailed')} />
      )}
    </>
  );
}
