import { useId } from 'react';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogContentText from '@material-ui/core/DialogContentText';
import DialogTitle from '@material-ui/core/DialogTitle';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { MachineToken } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { modelCiTranslationRef } from '../../translation';

/** Asks before a token is revoked, for there is no way back. */
export function RevokeTokenDialog(props: {
  pipelineRef: string;
  token: MachineToken;
  onRevoked: () => void;
  onClose: () => void;
}) {
  const { pipelineRef, token, onRevoked, onClose } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const id = useId();
  const revoke = useAction(async () => {
    await api.revokeToken(pipelineRef, token.id);
    onRevoked();
    onClose();
  });
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} fullWidth maxWidth="sm">
      <DialogTitle id={id}>
        {t('tokens.revoke.title', { name: token.name })}
      </DialogTitle>
      <DialogContent>
        <DialogContentText>{t('tokens.revoke.description')}</DialogContentText>
        {revoke.error && (
          <ErrorNotice error={revoke.error} title={t('tokens.revoke.failed')} />
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button
          color="secondary"
          variant="contained"
          disabled={revoke.pending}
          onClick={() => revoke.run()}
        >
          {t('tokens.revoke.button')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
