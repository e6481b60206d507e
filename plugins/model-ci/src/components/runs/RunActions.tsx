import { useId, useState } from 'react';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogContentText from '@material-ui/core/DialogContentText';
import DialogTitle from '@material-ui/core/DialogTitle';
import BlockIcon from '@material-ui/icons/Block';
import ReplayIcon from '@material-ui/icons/Replay';
import { useNavigate } from 'react-router-dom';
import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  isFinal,
  type RunSummary,
  type StartRunInput,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { runRouteRef } from '../../routes';
import { modelCiTranslationRef } from '../../translation';
import { PermissionButton } from '../common';

/** Buttons that cancel a run which is not over, and retry one that did not succeed. */
export function RunActions(props: {
  run: RunSummary;
  owner?: string;
  /** Whether the run's definition has errors, so that nothing of it can be retried. */
  invalid?: boolean;
  /** What a new run of the same would be started with; absent where it cannot be. */
  again?: StartRunInput;
  /** Called when the run has changed. */
  onChange: () => void;
  variant?: 'text' | 'outlined';
  size?: 'small' | 'medium';
}) {
  const { run, owner, invalid, again, onChange } = props;
  const { variant = 'outlined', size } = props;
  const navigate = useNavigate();
  const runPath = useRouteRef(runRouteRef);
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const [asking, setAsking] = useState(false);
  const titleId = useId();

  const cancel = useAction(async () => {
    await api.cancelRun(run.id);
    setAsking(false);
    onChange();
  });
  const retry = useAction(async () => {
    await api.retryRun(run.id);
    onChange();
  });
  const start = useAction(async () => {
    const { id } = await api.startRun(run.pipelineRef, again);
    navigate(runPath({ runId: id }));
  });
  const common = { pipelineRef: run.pipelineRef, owner, variant, size };
  if (run.trigger === 'external') {
    // Only the CI that executes it can cancel it or run it again.
    return null;
  }

  return (
    <>
      {!isFinal(run.status) && (
        <PermissionButton
          {...common}
          action="cancel"
          startIcon={<BlockIcon />}
          aria-label={t('runs.cancelLabel', { number: String(run.number) })}
          onClick={() => {
            cancel.reset();
            setAsking(true);
          }}
        >
          {t('runs.cancel')}
        </PermissionButton>
      )}
      {isFinal(run.status) && run.status !== 'succeeded' && (
        <PermissionButton
          {...common}
          action="run"
          startIcon={<ReplayIcon />}
          title={t('runs.retryHelp')}
          reason={invalid ? t('runs.retryInvalid') : undefined}
          aria-label={t('runs.retryLabel', { number: String(run.number) })}
          disabled={retry.pending}
          onClick={() => retry.run()}
        >
          {t('runs.retry')}
        </PermissionButton>
      )}
      {again && (
        <PermissionButton
          {...common}
          action="run"
          startIcon={<ReplayIcon />}
          title={t('runs.againHelp')}
          aria-label={t('runs.againLabel', { number: String(run.number) })}
          disabled={start.pending}
          onClick={() => start.run()}
        >
          {t('runs.again')}
        </PermissionButton>
      )}
      {start.error && (
        <ErrorNotice
          error={start.error}
          title={t('common.actionFailed')}
          onClose={start.reset}
        />
      )}
      {retry.error && (
        <ErrorNotice
          error={retry.error}
          title={t('common.actionFailed')}
          onClose={retry.reset}
        />
      )}
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        aria-labelledby={titleId}
      >
        <DialogTitle id={titleId}>
          {t('runs.cancelDialog.title', { number: String(run.number) })}
        </DialogTitle>
        <DialogContent>
          <DialogContentText>
            {t('runs.cancelDialog.description')}
          </DialogContentText>
          {cancel.error && (
            <ErrorNotice
              error={cancel.error}
              title={t('common.actionFailed')}
            />
          )}
        </DialogContent>
        <DialogActions>
          <Button onClick={() => setAsking(false)}>
            {t('runs.cancelDialog.keep')}
          </Button>
          <Button
            color="secondary"
            disabled={cancel.pending}
            onClick={() => cancel.run()}
          >
            {t('runs.cancelDialog.confirm')}
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
