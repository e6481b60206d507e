import SendIcon from '@material-ui/icons/Send';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { modelCiTranslationRef } from '../../translation';
import { PermissionButton } from '../common';

/** Opens the form for a request to what serves, or the chat with it. */
export function TryItButton(props: {
  pipelineRef: string;
  owner?: string;
  environment: string;
  onOpen: () => void;
}) {
  const { pipelineRef, owner, environment, onOpen } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (
    <PermissionButton
      action="invoke"
      pipelineRef={pipelineRef}
      owner={owner}
      size="small"
      startIcon={<SendIcon />}
      aria-label={t('tryIt.openLabel', { environment })}
      onClick={onOpen}
    >
      {t('tryIt.open')}
    </PermissionButton>
  );
}
