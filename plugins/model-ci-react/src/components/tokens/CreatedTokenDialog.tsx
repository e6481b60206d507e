import { useId, type ReactNode } from 'react';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import Alert from '@material-ui/lab/Alert';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { modelCiReactTranslationRef } from '../../translation';
import { Code } from '../Code';

/** Shows a new token, and how to use it. It is left only on purpose: a click beside the dialog would lose the token for good. */
export function CreatedTokenDialog(props: {
  token: { name: string; token: string };
  children: ReactNode;
  onClose: () => void;
}) {
  const { token, children, onClose } = props;
  const { t } = useTranslationRef(modelCiReactTranslationRef);
  const id = useId();
  return (
    <Dialog open aria-labelledby={id} fullWidth maxWidth="sm">
      <DialogTitle id={id}>
        {t('tokens.created.title', { name: token.name })}
      </DialogTitle>
      <DialogContent>
        <Alert severity="warning" style={{ marginBottom: 16 }}>
          {t('tokens.created.once')}
        </Alert>
        <Code text={token.token} copyLabel={t('tokens.created.copyToken')} />
        {children}
      </DialogContent>
      <DialogActions>
        <Button color="primary" variant="contained" onClick={onClose}>
          {t('tokens.created.done')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
