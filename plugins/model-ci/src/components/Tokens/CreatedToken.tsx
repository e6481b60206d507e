import { useId } from 'react';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { CreatedMachineToken } from '@model-ci/backstage-plugin-model-ci-common';
import { Code } from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';

/** Shows a new token. It is left only on purpose: a click beside the dialog would lose the token for good. */
export function CreatedToken(props: {
  token: CreatedMachineToken;
  onClose: () => void;
}) {
  const { token, onClose } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
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
        <Typography paragraph style={{ marginTop: 16 }}>
          {t('tokens.created.use')}
        </Typography>
      </DialogContent>
      <DialogActions>
        <Button color="primary" variant="contained" onClick={onClose}>
          {t('tokens.created.done')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
