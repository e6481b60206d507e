import { type FormEvent, useId, useState } from 'react';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogContentText from '@material-ui/core/DialogContentText';
import DialogTitle from '@material-ui/core/DialogTitle';
import TextField from '@material-ui/core/TextField';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { MAX_BYPASS_REASON } from '@model-ci/backstage-plugin-model-ci-common';
import { gitHostTranslationRef } from '../../translation';

/** Why somebody merges a request whose runs have not succeeded; the page of the request keeps it. */
export function BypassDialog(props: {
  onClose: () => void;
  onBypass: (reason: string) => void;
}) {
  const { onBypass, onClose } = props;
  const { t } = useTranslationRef(gitHostTranslationRef);
  const id = useId();
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onBypass(reason.trim());
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} fullWidth maxWidth="sm">
      <form onSubmit={submit}>
        <DialogTitle id={id}>{t('pullRequest.bypass.title')}</DialogTitle>
        <DialogContent>
          <DialogContentText>{t('pullRequest.bypass.hint')}</DialogContentText>
          <TextField
            id={`${id}-reason`}
            label={t('pullRequest.bypass.reason')}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
            inputProps={{ maxLength: MAX_BYPASS_REASON }}
            margin="normal"
            multiline
            fullWidth
            required
          />
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button
            type="submit"
            color="primary"
            variant="contained"
            disabled={!reason.trim()}
          >
            {t('pullRequest.merge.button')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
