import { useId, useRef, useState } from 'react';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogContentText from '@material-ui/core/DialogContentText';
import DialogTitle from '@material-ui/core/DialogTitle';
import TextField from '@material-ui/core/TextField';
import PlayArrowIcon from '@material-ui/icons/PlayArrow';
import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { useNavigate } from 'react-router-dom';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { runRouteRef } from '../../routes';
import { modelCiTranslationRef } from '../../translation';
import { PermissionButton } from '../common';

const COMMIT = /^[0-9a-f]{40}$|^[0-9a-f]{64}$/;

/** Starts a run at a branch, a tag or a commit that the user names, and goes to its page. */
export function StartRunButton(props: {
  pipelineRef: string;
  owner?: string;
  defaultBranch?: string;
  /** Fewer pixels, for a card's corner. */
  size?: 'small' | 'medium';
}) {
  const { pipelineRef, owner, defaultBranch, size } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const runPath = useRouteRef(runRouteRef);
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [ref, setRef] = useState('');
  const titleId = useId();
  const refInput = useRef<HTMLInputElement>(null);

  const start = useAction(async () => {
    const name = ref.trim();
    const run = await api.startRun(
      pipelineRef,
      COMMIT.test(name) ? { commit: name } : { ref: name || undefined },
    );
    navigate(runPath({ runId: run.id }));
  });
  const close = () => {
    setOpen(false);
    start.reset();
  };

  return (
    <>
      <PermissionButton
        action="run"
        pipelineRef={pipelineRef}
        owner={owner}
        variant="contained"
        color="primary"
        size={size}
        startIcon={<PlayArrowIcon />}
        aria-label={t('runs.startLabel')}
        onClick={() => setOpen(true)}
      >
        {t('runs.start')}
      </PermissionButton>
      <Dialog
        open={open}
        onClose={close}
        aria-labelledby={titleId}
        fullWidth
        maxWidth="sm"
        TransitionProps={{ onEntered: () => refInput.current?.focus() }}
      >
        <form
          onSubmit={event => {
            event.preventDefault();
            start.run();
          }}
        >
          <DialogTitle id={titleId}>{t('runs.startDialog.title')}</DialogTitle>
          <DialogContent>
            <DialogContentText>
              {t('runs.startDialog.description')}
            </DialogContentText>
            <TextField
              fullWidth
              inputRef={refInput}
              id={`${titleId}-ref`}
              label={t('runs.startDialog.ref')}
              helperText={t('runs.startDialog.refHelp', {
                branch: defaultBranch ?? t('runs.startDialog.defaultBranch'),
              })}
              value={ref}
              onChange={event => setRef(event.target.value)}
              inputProps={{ spellCheck: false, autoCapitalize: 'none' }}
            />
            {start.error && (
              <ErrorNotice
                error={start.error}
                title={t('common.actionFailed')}
              />
            )}
          </DialogContent>
          <DialogActions>
            <Button onClick={close}>{t('common.cancel')}</Button>
            <Button
              type="submit"
              color="primary"
              variant="contained"
              disabled={start.pending}
            >
              {t('runs.startDialog.submit')}
            </Button>
          </DialogActions>
        </form>
      </Dialog>
    </>
  );
}
