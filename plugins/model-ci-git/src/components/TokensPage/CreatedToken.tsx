import Typography from '@material-ui/core/Typography';
import { discoveryApiRef, useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { CreatedGitToken } from '@model-ci/backstage-plugin-model-ci-common';
import {
  Code,
  CreatedTokenDialog,
  useQueryData,
} from '@model-ci/backstage-plugin-model-ci-react';
import { gitHostTranslationRef } from '../../translation';

/** Shows a new token, with a command that uses it. */
export function CreatedToken(props: {
  token: CreatedGitToken;
  onClose: () => void;
}) {
  const { token, onClose } = props;
  const { t } = useTranslationRef(gitHostTranslationRef);
  const discovery = useApi(discoveryApiRef);
  const { data: baseUrl } = useQueryData({
    api: discovery,
    name: 'baseUrl',
    scope: 'model-ci-git',
    load: () => discovery.getBaseUrl('model-ci-git'),
  });
  const command = `git clone ${baseUrl ?? ''}/${
    token.repository ?? 'NAME'
  }.git`;
  return (
    <CreatedTokenDialog token={token} onClose={onClose}>
      <Typography paragraph style={{ marginTop: 16 }}>
        {t('tokens.created.use')}
      </Typography>
      {baseUrl && (
        <Code text={command} copyLabel={t('repository.clone.copy')} />
      )}
    </CreatedTokenDialog>
  );
}
