import { useId } from 'react';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogContentText from '@material-ui/core/DialogContentText';
import DialogTitle from '@material-ui/core/DialogTitle';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { useAction } from '../../hooks';
import { modelCiReactTranslationRef } from '../../translation';
import { ErrorNotice } from '../ErrorNotice';

/** Asks before a token is revoked, for there is no way back. */
export function RevokeTokenDialog(props: {
  name: string;
  /** Who can no longer do what. */
  description: string;
  revoke(): Promise<void>;
  onClose: () => void;
}) {
  const { name, description, onClose } = props;
  const { t } = useTranslationRef(modelCiReactTranslationRef);
  const id = useId();
  const revoke = useAction(async () => {
    await props.revoke();
    onClose();
  });
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} fullWidth maxWidth="sm">
      <DialogTitle id={id}>{t('tokens.revoke.title', { name })}</DialogTitle>
      <DialogContent>
        <DialogContentText>{description}</DialogContentText>
        {revoke.error && (
          <ErrorNotice error={revoke.error} title={t('tokens.revoke.failed')} />
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t('tokens.revoke.cancel')}</Button>
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
