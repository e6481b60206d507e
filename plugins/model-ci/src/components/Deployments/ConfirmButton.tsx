import { useId, useState, type ReactNode } from 'react';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogContentText from '@material-ui/core/DialogContentText';
import DialogTitle from '@material-ui/core/DialogTitle';
import TextField from '@material-ui/core/TextField';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { MAX_COMMENT_LENGTH } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { PermissionButton } from '../common';

/** A button that changes what serves, once the user has confirmed it and, if wanted, said why. */
export function ConfirmButton(props: {
  pipelineRef: string;
  owner?: string;
  label: string;
  title: string;
  description: string;
  submit: string;
  /** What has to be typed first, where more is at stake than a click should decide. */
  typed?: string;
  /** Whether to ask for a comment. */
  withComment?: boolean;
  icon?: ReactNode;
  act: (comment: string | undefined) => Promise<void>;
  children: ReactNode;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const [open, setOpen] = useState(false);
  const [comment, setComment] = useState('');
  const [typed, setTyped] = useState('');
  const id = useId();
  const action = useAction(async () => {
    await props.act(comment.trim() || undefined);
    setOpen(false);
    setTyped('');
  });
  const close = () => {
    setOpen(false);
    setTyped('');
    action.reset();
  };
  return (
    <>
      <PermissionButton
        action="deploy"
        pipelineRef={props.pipelineRef}
        owner={props.owner}
        size="small"
        startIcon={props.icon}
        aria-label={props.label}
        onClick={() => setOpen(true)}
      >
        {props.children}
      </PermissionButton>
      <Dialog open={open} onClose={close} aria-labelledby={id} fullWidth>
        <DialogTitle id={id}>{props.title}</DialogTitle>
        <DialogContent>
          <DialogContentText>{props.description}</DialogContentText>
          {props.typed !== undefined && (
            <TextField
              id={`${id}-typed`}
              label={t('deployments.dialog.typed', { text: props.typed })}
              fullWidth
              autoComplete="off"
              value={typed}
              onChange={event => setTyped(event.target.value)}
            />
          )}
          {props.withComment && (
            <TextField
              id={`${id}-comment`}
              label={t('deployments.dialog.comment')}
              fullWidth
              value={comment}
              onChange={event => setComment(event.target.value)}
              inputProps={{ maxLength: MAX_COMMENT_LENGTH }}
            />
          )}
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
            disabled={
              action.pending ||
              (props.typed !== undefined && typed.trim() !== props.typed)
            }
            onClick={() => action.run()}
          >
            {props.submit}
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
