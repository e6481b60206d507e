import { useState } from 'react';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  Approval,
  Run,
  RunStage,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  ExactTime,
  ReasonText,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { modelCiTranslationRef } from '../../translation';
import { PermissionButton, ReasonDialog, UserLink } from '../common';
import { GateReview, openGates } from './gates/GateReview';

const useStyles = makeStyles(theme => ({
  notice: {
    margin: theme.spacing(1, 2, 0),
    overflowWrap: 'anywhere',
    // A question may list several gates, one on each line.
    whiteSpace: 'pre-line',
  },
}));

interface OfStage {
  run: Run;
  stage: RunStage;
  owner?: string;
  onChange: () => void;
}

/** What a stage waits for somebody to decide, and what was decided before. */
export function StageApprovals(props: OfStage) {
  const { stage } = props;
  const classes = useStyles();
  return (
    <>
      {stage.approvals.map(approval =>
        approval.decision === undefined ? (
          <Alert
            key={approval.id}
            className={classes.notice}
            severity="warning"
            variant="outlined"
            action={<DecideButton {...props} approval={approval} />}
          >
            <ReasonText reason={approval.question} />
            {approval.expiresAt && <Expiry time={approval.expiresAt} />}
          </Alert>
        ) : (
          <Decision key={approval.id} approval={approval} />
        ),
      )}
    </>
  );
}

function Expiry({ time }: { time: string }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (
    <div>
      {t('run.decision.expires')} <ExactTime time={time} />
    </div>
  );
}

function Decision({ approval }: { approval: Approval }) {
  const { decision, by, reason, decidedAt } = approval;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  return (
    <Alert className={classes.notice} severity="info" variant="outlined">
      {t(`run.decision.${decision ?? 'cancelled'}`)}
      {by && (
        <>
          {' · '}
          <UserLink entityRef={by} />
        </>
      )}
      {decidedAt && (
        <>
          {' · '}
          <ExactTime time={decidedAt} />
        </>
      )}
      {reason && <div>{reason}</div>}
    </Alert>
  );
}

function DecideButton(props: OfStage & { approval: Approval }) {
  const { run, stage, owner, onChange, approval } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const [open, setOpen] = useState(false);
  const decide = (decision: 'continue' | 'stop') => async (reason: string) => {
    try {
      await api.decideStage(run.id, stage.name, {
        decision,
        reason,
        evidence: approval.evidence,
      });
    } finally {
      // Also after a refusal: somebody else may have decided in the meantime, which is shown then.
      onChange();
    }
  };
  return (
    <>
      <PermissionButton
        action="decide"
        pipelineRef={run.pipelineRef}
        owner={owner}
        color="inherit"
        size="small"
        onClick={() => setOpen(true)}
      >
        {t('run.decide')}
      </PermissionButton>
      {open && (
        <ReasonDialog
          title={t('run.decideDialog.title', { stage: stage.name })}
          description={t('run.decideDialog.description')}
          actions={[
            {
              label: t('run.decide.stop'),
              dangerous: true,
              act: decide('stop'),
            },
            { label: t('run.decide.continue'), act: decide('continue') },
          ]}
          onClose={() => setOpen(false)}
        >
          {openGates(stage.gates).length > 0 ? (
            <GateReview
              gates={stage.gates}
              of={{ runId: run.id, evidence: approval.evidence }}
            />
          ) : (
            <Typography>
              <ReasonText reason={approval.question} />
            </Typography>
          )}
        </ReasonDialog>
      )}
    </>
  );
}
