import { useId, useState, type ReactNode } from 'react';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogTitle from '@material-ui/core/DialogTitle';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { modelCiTranslationRef } from '../../translation';
import { SecretForm, type SetSecretProps } from './SecretForm';

/** Asks for a secret and sets it. */
export function SetSecretButton(
  props: SetSecretProps & { variant?: 'contained'; children: ReactNode },
) {
  const { variant, children, ...form } = props;
  const { name = '', replaces } = form;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const [open, setOpen] = useState(false);
  const id = useId();
  const close = () => setOpen(false);
  return (
    <>
      <Button
        size="small"
        color={variant && 'primary'}
        variant={variant}
        aria-label={replaces ? `${t('secrets.replace')}: ${name}` : undefined}
        onClick={() => setOpen(true)}
      >
        {children}
      </Button>
      <Dialog open={open} onClose={close} aria-labelledby={id} fullWidth>
        <DialogTitle id={id}>
          {replaces ? t('secrets.replaceTitle', { name }) : t('secrets.set')}
        </DialogTitle>
        <SecretForm {...form} onClose={close} />
      </Dialog>
    </>
  );
}
