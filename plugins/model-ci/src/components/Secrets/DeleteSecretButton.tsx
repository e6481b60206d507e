import { useId, useState } from 'react';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogContentText from '@material-ui/core/DialogContentText';
import DialogTitle from '@material-ui/core/DialogTitle';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { Secret } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { modelCiTranslationRef } from '../../translation';

/** Deletes a secret, once that is confirmed: nobody can bring its value back. */
export function DeleteSecretButton(props: {
  pipelineRef: string;
  secret: Secret;
  onChange: () => void;
}) {
  const { pipelineRef, secret, onChange } = props;
  const { name, scope, environment } = secret;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const id = useId();
  const [open, setOpen] = useState(false);
  const action = useAction(async () => {
    await api.deleteSecret(pipelineRef, name, {
      scope,
      ...(environment !== undefined && { environment }),
    });
    setOpen(false);
    onChange();
  });
  const close = () => {
    setOpen(false);
    action.reset();
  };
  return (
    <>
      <Button
        size="small"
        aria-label={`${t('secrets.delete')}: ${name}`}
        onClick={() => setOpen(true)}
      >
        {t('secrets.delete')}
      </Button>
      <Dialog open={open} onClose={close} aria-labelledby={id} fullWidth>
        <DialogTitle id={id}>
          {t('secrets.deleteDialog.title', { name })}
        </DialogTitle>
        <DialogContent>
          <DialogContentText>
            {t('secrets.deleteDialog.description')}
          </DialogContentText>
          {action.error && (
            <ErrorNotice
              error={action.error}
              title={t('common.actionFailed')}
            />
          )}
        </DialogContent>
        <DialogActions>
          <Button onClick={close}>{t('common.cancel')}</Button>
          <Button
            color="primary"
            variant="contained"
            disabled={action.pending}
            onClick={() => action.run()}
          >
            {t('secrets.delete')}
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
