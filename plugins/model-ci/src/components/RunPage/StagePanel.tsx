import { useId, type ReactNode } from 'react';
import FormControl from '@material-ui/core/FormControl';
import NativeSelect from '@material-ui/core/NativeSelect';
import Link from '@material-ui/core/Link';
import Paper from '@material-ui/core/Paper';
import Tabs from '@material-ui/core/Tabs';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import ReplayIcon from '@material-ui/icons/Replay';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  EXTERNAL_EXECUTOR,
  isFinal,
  parseStageKey,
  stageKey,
  type Run,
  type RunStage,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  EmptyState,
  ErrorNotice,
  useAction,
  useLanguage,
  useReasonText,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { STATUS_LOOKS } from '../../status';
import { modelCiTranslationRef } from '../../translation';
import {
  BuiltImageText,
  PermissionButton,
  StatusBadge,
  ViewTab,
} from '../common';
import { isOfGates } from '../gates/isOfGates';
import { asksForGpus, StageGpus } from '../Gpus';
import { InstancesView } from '../Instances';
import { LogViewer } from '../LogViewer';
import { ArtifactsTab } from './ArtifactsTab';
import { AttemptPhaseNotice } from './AttemptPhase';
import { AttemptsTab } from './AttemptsTab';
import { Gates, GatesTab, hasGates } from './GatesTab';
import { StageApprovals } from './StageApprovals';
import { STAGE_TABS, type Selection, type StageTab } from './selection';
import { hasCommand, StageCommand } from './StageCommand';
import { TestsTab } from './TestsTab';
import { waitsInVain } from './unplaced';

const useStyles = makeStyles(theme => ({
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1, 2),
    padding: theme.spacing(2, 2, 0),
  },
  note: { color: theme.palette.text.secondary },
  reason: {
    padding: theme.spacing(1, 2, 0),
    overflowWrap: 'anywhere',
    whiteSpace: 'pre-line',
  },
  spacer: { flexGrow: 1 },
  tabs: {
    marginTop: theme.spacing(1),
    borderBottom: `1px solid ${theme.palette.divider}`,
  },
  count: { color: theme.palette.text.secondary },
  panel: { padding: theme.spacing(2) },
  gates: { marginBottom: theme.spacing(3) },
}));

/** What one stage did: its log, tests, artifacts, gates, reports and attempts. */
export function StagePanel(props: {
  run: Run;
  stage: RunStage;
  selection: Selection;
  owner?: string;
  onChange: () => void;
}) {
  const { run, stage, selection, owner, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const id = useId();
  const attempt = stage.attempts.find(
    ({ number }) => number === selection.attempt,
  );

  return (
    <Paper component="section" aria-labelledby={`${id}-title`}>
      <div className={classes.head}>
        <Typography variant="h6" component="h2" id={`${id}-title`}>
          {t('run.stage.title', { stage: stage.title ?? stage.name })}
        </Typography>
        {stage.title && <code className={classes.note}>{stage.name}</code>}
        <StatusBadge status={stage.status} decided={stage.decided} />
        {stage.instances && (
          <span className={classes.note}>
            {t('instances.count', { count: stage.instances.length })}
          </span>
        )}
        <BackToInstances stage={stage} selection={selection} />
        {attempt && (
          <span className={classes.note}>
            {attempt.executor === EXTERNAL_EXECUTOR
              ? t('run.external')
              : attempt.executor}
            {attempt.node && ` ${t('run.stage.on', { node: attempt.node })}`}
            {attempt.executor !== 'process' && <ImageName stage={stage} />}
            {attempt.exitCode !== undefined &&
              ` · ${t('run.stage.exitCode', {
                code: String(attempt.exitCode),
              })}`}
          </span>
        )}
        <span className={classes.spacer} />
        {stage.attempts.length > 1 && (
          <FormControl>
            <NativeSelect
              value={selection.attempt}
              inputProps={{ 'aria-label': t('run.stage.attempt') }}
              onChange={event =>
                selection.selectAttempt(Number(event.target.value))
              }
            >
              {stage.attempts.map(({ number, status }) => (
                <option key={number} value={number}>
                  {t('run.stage.attemptOption', {
                    number: String(number),
                    status: t(STATUS_LOOKS[status].label),
                  })}
                </option>
              ))}
            </NativeSelect>
          </FormControl>
        )}
        <RetryStageButton
          run={run}
          stage={stage}
          owner={owner}
          onChange={onChange}
        />
      </div>
      {attempt?.builtImage && (
        <div className={classes.reason}>
          {t('run.stage.builtImage')}:{' '}
          <BuiltImageText image={attempt.builtImage} />
        </div>
      )}
      <StageReason stage={stage} tab={selection.tab} />
      <StageApprovals
        run={run}
        stage={stage}
        owner={owner}
        onChange={onChange}
      />
      {attempt && (
        <AttemptPhaseNotice
          run={run}
          stage={stage.name}
          attempt={attempt}
          owner={owner}
          onChange={onChange}
        />
      )}
      {stage.instances ? (
        <div className={classes.panel}>
          {hasGates(stage) && (
            <div className={classes.gates}>
              <Gates runId={run.id} stage={stage} />
            </div>
          )}
          <InstancesView
            pipelineRef={run.pipelineRef}
            stage={stage.name}
            instances={stage.instances}
            conclusion={stage.conclusion}
            onSelect={key => selection.selectStage(stageKey(stage.name, key))}
          />
        </div>
      ) : (
        <StageTabs {...props} />
      )}
    </Paper>
  );
}

/** What one execution left behind. */
function StageTabs(props: {
  run: Run;
  stage: RunStage;
  selection: Selection;
  onChange: () => void;
}) {
  const { run, stage, selection, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const id = useId();
  const tabs = STAGE_TABS.filter(
    tab =>
      selection.tab === tab ||
      ((tab !== 'gpus' || asksForGpus(run, stage.name)) &&
        (tab !== 'command' || hasCommand(run, stage.name))),
  );
  return (
    <>
      <Tabs
        className={classes.tabs}
        value={selection.tab}
        onChange={(_, tab: StageTab) => selection.selectTab(tab)}
        indicatorColor="primary"
        textColor="primary"
        variant="scrollable"
        scrollButtons="auto"
        aria-label={t('run.tab.label', { stage: stage.name })}
      >
        {tabs.map(tab => (
          <ViewTab
            key={tab}
            value={tab}
            id={`${id}-${tab}`}
            aria-controls={`${id}-panel`}
            label={<TabLabel stage={stage} tab={tab} />}
          />
        ))}
      </Tabs>
      <div
        className={classes.panel}
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${selection.tab}`}
      >
        <StageTabContent
          run={run}
          stage={stage}
          selection={selection}
          onChange={onChange}
        />
      </div>
    </>
  );
}

/** A tab with how much there is in it. */
function TabLabel({ stage, tab }: { stage: RunStage; tab: StageTab }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const language = useLanguage();
  const count = countIn(stage, tab);
  return (
    <span>
      {t(`run.tab.${tab}`)}
      {count > 0 && (
        <>
          {' '}
          <span className={classes.count}>
            {count.toLocaleString(language)}
          </span>
        </>
      )}
    </span>
  );
}

function countIn(stage: RunStage, tab: StageTab): number {
  const { reports, artifacts, gates, gatePlan, attempts } = stage;
  switch (tab) {
    case 'tests':
      return reports.reduce(
        (sum, report) => sum + (report.kind === 'junit' ? report.tests : 0),
        0,
      );
    case 'artifacts':
      return artifacts.length;
    case 'gates':
      return gates.length || (gatePlan?.gates.length ?? 0);
    case 'attempts':
      return attempts.length;
    default:
      return 0;
  }
}

/** Leads from an instance to all of its stage. */
function BackToInstances(props: { stage: RunStage; selection: Selection }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const { stage, instance } = parseStageKey(props.stage.name);
  return instance === undefined ? null : (
    <Link
      component="button"
      variant="body2"
      onClick={() => props.selection.selectStage(stage)}
    >
      {t('instances.back', { stage })}
    </Link>
  );
}

/** Not where the gates below say the same, each beside its verdict, nor what the head of the page says of the run. */
function StageReason({ stage, tab }: { stage: RunStage; tab: StageTab }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const describe = useReasonText();
  const showsGates =
    stage.gates.length > 0 && (tab === 'gates' || stage.instances);
  if (showsGates && stage.reason && isOfGates(stage.reason)) {
    return null;
  }
  const text =
    (stage.reason && describe(stage.reason)) ??
    (stage.waitingFor &&
      !waitsInVain(stage.waitingFor) &&
      t('run.stage.waitingFor', { reason: describe(stage.waitingFor) }));
  return text ? (
    <Typography className={classes.reason}>{text}</Typography>
  ) : null;
}

function StageTabContent(props: {
  run: Run;
  stage: RunStage;
  selection: Selection;
  onChange: () => void;
}): ReactNode {
  const { run, stage, selection, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  switch (selection.tab) {
    case 'log':
      return selection.attempt === undefined ? (
        <EmptyState
          title={t(
            isFinal(stage.status)
              ? 'run.stage.skipped'
              : 'run.stage.notStarted',
          )}
        />
      ) : (
        <LogViewer
          key={`${stage.name} ${selection.attempt}`}
          runId={run.id}
          stage={stage.name}
          attempt={selection.attempt}
          line={selection.line}
          onLine={selection.selectLine}
          lineUrl={selection.lineUrl}
        />
      );
    case 'tests':
      return (
        <TestsTab
          key={`${stage.name} ${selection.attempt}`}
          runId={run.id}
          stage={stage}
          attempt={selection.attempt}
        />
      );
    case 'artifacts':
      return <ArtifactsTab stage={stage} />;
    case 'gates':
      return <GatesTab runId={run.id} stage={stage} />;
    case 'attempts':
      return (
        <AttemptsTab
          stage={stage}
          onOpenLog={number => selection.selectAttempt(number, 'log')}
          onChange={onChange}
        />
      );
    case 'command':
      return <StageCommand run={run} stage={stage.name} />;
    case 'gpus':
      return (
        <StageGpus run={run} stage={stage.name} attempt={selection.attempt} />
      );
    default:
      return selection.tab satisfies never;
  }
}

/** Runs this stage and everything after it again, in a run that is over and did not succeed. */
function RetryStageButton(props: {
  run: Run;
  stage: RunStage;
  owner?: string;
  onChange: () => void;
}) {
  const { run, stage, owner, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const retry = useAction(async () => {
    await api.retryRun(run.id, { from: stage.name });
    onChange();
  });
  if (
    !isFinal(run.status) ||
    run.status === 'succeeded' ||
    run.trigger === 'external' ||
    (stage.attempts.length === 0 && !stage.instances)
  ) {
    return null;
  }
  return (
    <>
      <PermissionButton
        action="run"
        pipelineRef={run.pipelineRef}
        owner={owner}
        size="small"
        variant="outlined"
        startIcon={<ReplayIcon />}
        disabled={retry.pending}
        onClick={() => retry.run()}
      >
        {t('runs.retryStage')}
      </PermissionButton>
      {retry.error && (
        <ErrorNotice
          error={retry.error}
          title={t('common.actionFailed')}
          onClose={retry.reset}
        />
      )}
    </>
  );
}

/** The image that it runs: as the definition names it, or the stage that has built it. */
function ImageName({ stage }: { stage: RunStage }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const { image, imageFrom } = stage;
  const name =
    imageFrom === undefined
      ? image
      : t('run.stage.imageOf', { stage: imageFrom });
  return name === undefined ? null : <>{` · ${name}`}</>;
}
