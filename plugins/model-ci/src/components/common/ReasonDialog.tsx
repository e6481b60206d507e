import { useId, useState, type ReactNode } from 'react';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogContentText from '@material-ui/core/DialogContentText';
import DialogTitle from '@material-ui/core/DialogTitle';
import TextField from '@material-ui/core/TextField';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { MAX_REASON_LENGTH } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';

export interface ReasonedAction {
  label: string;
  /** Ends something for good. */
  dangerous?: boolean;
  /** While what it needs is not filled in right. */
  disabled?: boolean;
  act(reason: string): Promise<void>;
}

/** Asks for a reason, which is recorded, before one of several things is done. */
export function ReasonDialog(props: {
  title: string;
  description: string;
  /** What one should know for it. */
  children?: ReactNode;
  actions: ReasonedAction[];
  onClose: () => void;
}) {
  const { title, description, children, actions, onClose } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const id = useId();
  const [reason, setReason] = useState('');
  const chosen = useAction(async (action: ReasonedAction) => {
    await action.act(reason.trim());
    onClose();
  });
  return (
    <Dialog
      open
      onClose={onClose}
      aria-labelledby={id}
      fullWidth
      maxWidth={children ? 'md' : 'sm'}
    >
      <DialogTitle id={id}>{title}</DialogTitle>
      <DialogContent>
        <DialogContentText>{description}</DialogContentText>
        {children}
        <TextField
          id={`${id}-reason`}
          label={t('common.reason')}
          helperText={t('common.reasonHelp')}
          value={reason}
          onChange={event => setReason(event.target.value)}
          inputProps={{ maxLength: MAX_REASON_LENGTH }}
          margin="normal"
          fullWidth
          multiline
          required
        />
        {chosen.error && (
          <ErrorNotice error={chosen.error} title={t('common.actionFailed')} />
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        {actions.map(action => (
          <Button
            key={action.label}
            color={action.dangerous ? 'secondary' : 'primary'}
            variant="contained"
            disabled={chosen.pending || action.disabled || reason.trim() === ''}
            onClick={() => chosen.run(action)}
          >
            {action.label}
          </Button>
        ))}
      </DialogActions>
    </Dialog>
  );
}
