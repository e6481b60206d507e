import Paper from '@material-ui/core/Paper';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import {
  isFinal,
  type Pipeline,
  type Run,
  type StartRunInput,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  ReasonText,
  Timestamp,
} from '@model-ci/backstage-plugin-model-ci-react';
import { commitUrl } from '../../sourceUrls';
import { modelCiTranslationRef } from '../../translation';
import {
  CommitLink,
  DecidedText,
  Duration,
  Fact,
  Facts,
  ParametersText,
  PullRequestLink,
  StatusBadge,
  TreeId,
  UserLink,
  VersionLink,
  WaitedText,
} from '../common';
import { asksForGpus, GpuFacts } from '../Gpus';
import { BuildLink, TriggerText, RunActions } from '../runs';
import { UnplacedNotice } from './UnplacedNotice';

const useStyles = makeStyles(theme => ({
  root: { padding: theme.spacing(2) },
  top: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1, 2),
  },
  status: { fontSize: theme.typography.h6.fontSize },
  message: { flex: '1 1 240px', overflowWrap: 'anywhere' },
  actions: { display: 'flex', gap: theme.spacing(1), marginLeft: 'auto' },
  reason: {
    marginTop: theme.spacing(1),
    overflowWrap: 'anywhere',
    whiteSpace: 'pre-line',
  },
}));

/** A run that succeeded can be started once more: of its branch, at its commit, with its parameters. */
function againOf(run: Run): StartRunInput | undefined {
  const { status, commit, branch, parameters, pullRequest } = run;
  return status !== 'succeeded' || commit === undefined || pullRequest
    ? undefined
    : {
        commit,
        ...(branch !== undefined && { ref: branch }),
        ...(Object.keys(parameters).length > 0 && { parameters }),
      };
}

/** What the run is, how it stands, and what can be done about it. */
export function RunHeader(props: {
  run: Run;
  pipeline?: Pipeline;
  onChange: () => void;
}) {
  const { run, pipeline, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const [subject, ...body] = (run.commitMessage ?? '').split('\n');

  return (
    <Paper className={classes.root}>
      <div className={classes.top}>
        <span className={classes.status} role="status">
          <StatusBadge status={run.status} />
        </span>
        {run.decided && (
          <span role="note">
            <DecidedText decided={run.decided} />
          </span>
        )}
        <Typography className={classes.message} title={body.join('\n').trim()}>
          {subject}
        </Typography>
        <div className={classes.actions}>
          <RunActions
            run={run}
            owner={pipeline?.owner}
            invalid={run.definitionErrors.length > 0}
            again={againOf(run)}
            onChange={onChange}
          />
        </div>
      </div>
      {run.reason && (
        <Typography className={classes.reason}>
          <ReasonText reason={run.reason} />
        </Typography>
      )}
      <UnplacedNotice run={run} />
      {run.promotion?.type === 'refused' && (
        <Typography className={classes.reason} role="note">
          <ReasonText reason={run.promotion.reason} />
        </Typography>
      )}
      {run.commitStatusProblem && (
        <Typography className={classes.reason} role="note">
          <ReasonText reason={run.commitStatusProblem} />
        </Typography>
      )}
      {run.untrustedReason && (
        <Typography className={classes.reason} role="note">
          <ReasonText reason={run.untrustedReason} />
        </Typography>
      )}
      {run.commentProblem && (
        <Typography className={classes.reason} role="note">
          <ReasonText reason={run.commentProblem} />
        </Typography>
      )}
      <Facts>
        <Fact name={t('run.pipeline')}>
          <EntityRefLink
            entityRef={run.pipelineRef}
            title={pipeline?.title}
            hideIcon
          />
        </Fact>
        {run.commit && (
          <Fact name={t('run.commit')}>
            <CommitLink
              commit={run.commit}
              url={commitUrl(pipeline?.sourceUrl, run.commit)}
            />
          </Fact>
        )}
        {run.sourceTree && (
          <Fact name={t('run.tree')}>
            <TreeId tree={run.sourceTree} />
          </Fact>
        )}
        {run.branch && <Fact name={t('run.branch')}>{run.branch}</Fact>}
        {Object.keys(run.parameters).length > 0 && (
          <Fact name={t('run.parameters')}>
            <ParametersText parameters={run.parameters} />
          </Fact>
        )}
        {run.pullRequest && (
          <Fact name={t('pullRequest.title')}>
            <PullRequestLink request={run.pullRequest} />
            &nbsp;
            {t('pullRequest.branches', {
              source: run.pullRequest.sourceBranch,
              target: run.pullRequest.targetBranch,
            })}
            {run.pullRequest.author && <>&nbsp;({run.pullRequest.author})</>}
          </Fact>
        )}
        {run.isUntrusted && (
          <Fact name={t('pullRequest.trust')}>
            {t(run.pullRequest ? 'pullRequest.fork' : 'run.untrusted')}
          </Fact>
        )}
        <Fact name={t('run.startedBy')}>
          <UserLink entityRef={run.createdBy} />
          &nbsp;(
          <TriggerText run={run} />)
        </Fact>
        {run.ci && (
          <Fact name={t('run.build')}>
            <BuildLink ci={run.ci} />
          </Fact>
        )}
        <Fact name={t('run.created')}>
          <Timestamp time={run.createdAt} />
        </Fact>
        <Fact name={t('run.duration')}>
          <Duration {...run} />
          {run.waited && (
            <>
              &nbsp;(
              <WaitedText waited={run.waited} />)
            </>
          )}
        </Fact>
        <Fact name={t('run.version')}>
          {run.version === undefined ? (
            t('run.versionNone')
          ) : (
            <VersionLink pipelineRef={run.pipelineRef} version={run.version} />
          )}
          {run.promotion?.type === 'promoted' && (
            <>&nbsp;({t('run.promoted', { alias: run.promotion.alias })})</>
          )}
        </Fact>
        {asksForGpus(run) && (
          <GpuFacts runId={run.id} isRunning={!isFinal(run.status)} />
        )}
      </Facts>
    </Paper>
  );
}
