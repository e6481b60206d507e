import { useState } from 'react';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { usePermission } from '@backstage/plugin-permission-react';
import {
  administerPermission,
  type Attempt,
  type Run,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  ExactTime,
  useReasonText,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { modelCiTranslationRef } from '../../translation';
import { PermissionButton, ReasonDialog } from '../common';

const useStyles = makeStyles(theme => ({
  notice: { margin: theme.spacing(1, 2, 0), overflowWrap: 'anywhere' },
}));

interface OfAttempt {
  run: Run;
  stage: string;
  attempt: Attempt;
  owner?: string;
  onChange: () => void;
}

/** What a running attempt waits for, in its engine's words, or why its results are not there yet. */
export function AttemptPhaseNotice(props: OfAttempt) {
  const { phase } = props.attempt;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const describe = useReasonText();
  switch (phase?.type) {
    case 'pending':
      return (
        <Alert className={classes.notice} severity="info" variant="outlined">
          {t('run.phase.pending', {
            reason: phase.reason ? describe(phase.reason) : '',
          })}
        </Alert>
      );
    case 'collecting':
      return phase.reason === undefined ? null : (
        <Alert
          className={classes.notice}
          severity="warning"
          variant="outlined"
          action={<GiveUpButton {...props} />}
        >
          {t('run.phase.collecting', { reason: describe(phase.reason) })}
          {phase.nextTryAt && (
            <div>
              {t('run.phase.nextTry')} <ExactTime time={phase.nextTryAt} />
            </div>
          )}
        </Alert>
      );
    default:
      return null;
  }
}

function GiveUpButton({ run, stage, attempt, owner, onChange }: OfAttempt) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const [open, setOpen] = useState(false);
  const names = { number: String(attempt.number), stage };
  return (
    <>
      <PermissionButton
        action="cancel"
        pipelineRef={run.pipelineRef}
        owner={owner}
        color="inherit"
        size="small"
        onClick={() => setOpen(true)}
      >
        {t('attempt.giveUp')}
      </PermissionButton>
      {open && (
        <ReasonDialog
          title={t('attempt.giveUpDialog.title', names)}
          description={t('attempt.giveUpDialog.description')}
          actions={[
            {
              label: t('attempt.giveUp'),
              dangerous: true,
              act: async reason => {
                await api.giveUpAttempt(attempt.id, { reason });
                onChange();
              },
            },
          ]}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

/** For administrators: ends an attempt that nothing else can end. */
export function DeclareLostButton(props: Omit<OfAttempt, 'run' | 'owner'>) {
  const { stage, attempt, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const { allowed } = usePermission({ permission: administerPermission });
  const [open, setOpen] = useState(false);
  if (!allowed || attempt.status !== 'running') {
    return null;
  }
  const names = { number: String(attempt.number), stage };
  return (
    <>
      <Button
        size="small"
        aria-label={t('attempt.declareLostLabel', names)}
        onClick={() => setOpen(true)}
      >
        {t('attempt.declareLost')}
      </Button>
      {open && (
        <ReasonDialog
          title={t('attempt.declareLostDialog.title', names)}
          description={t('attempt.declareLostDialog.description')}
          actions={[
            {
              label: t('attempt.declareLost'),
              dangerous: true,
              act: async reason => {
                await api.declareAttemptLost(attempt.id, { reason });
                onChange();
              },
            },
          ]}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
