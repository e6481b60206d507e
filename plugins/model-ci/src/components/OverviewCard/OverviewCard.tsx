import type { ReactNode } from 'react';
import Grid from '@material-ui/core/Grid';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { InfoCard } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import type { Pipeline } from '@model-ci/backstage-plugin-model-ci-common';
import {
  Timestamp,
  useReasonText,
} from '@model-ci/backstage-plugin-model-ci-react';
import { usePipeline, useTrends } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import {
  AliasChips,
  ResourceView,
  ServedVersions,
  StatusBadge,
  UserLink,
  VersionLink,
} from '../common';
import { DeployButton } from '../Deployments/DeployButton';
import { RunLink, StartRunButton } from '../runs';
import { DefinitionErrors } from './DefinitionErrors';
import { MetricTrends } from './MetricTrends';
import { RunReason } from './RunReason';
import { SourceState } from './SourceState';
import { SourceProblem } from './SourceProblem';

const useStyles = makeStyles(theme => ({
  heading: {
    color: theme.palette.text.secondary,
    fontWeight: 600,
    fontSize: theme.typography.body2.fontSize,
  },
  muted: { color: theme.palette.text.secondary },
  actions: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1),
    marginTop: theme.spacing(2),
  },
}));

/** How a pipeline is doing: its last run, the metrics of its latest version against what serves or the champion, and what serves where. */
export function OverviewCard(props: { pipelineRef: string }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const pipeline = usePipeline(props.pipelineRef);
  return (
    <InfoCard
      title={t('overview.title')}
      subheader={<EntityRefLink entityRef={props.pipelineRef} hideIcon />}
    >
      <ResourceView resource={pipeline}>
        {data => <Overview pipeline={data} />}
      </ResourceView>
    </InfoCard>
  );
}

function Overview({ pipeline }: { pipeline: Pipeline }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  return (
    <>
      <SourceProblem problem={pipeline.sourceProblem} />
      <SourceState {...pipeline} />
      <DefinitionErrors definitionErrors={pipeline.definitionErrors} />
      <Grid container spacing={3}>
        <Section title={t('overview.lastRun')}>
          <LastRun pipeline={pipeline} />
        </Section>
        <Section title={t('overview.serving')}>
          <ServedVersions
            pipelineRef={pipeline.pipelineRef}
            deployed={pipeline.deployed}
          />
        </Section>
        <Section title={t('overview.version')}>
          <LatestVersion pipeline={pipeline} />
        </Section>
        {pipeline.latestVersion && (
          <Section title={t('overview.metrics')}>
            <MetricTrends pipelineRef={pipeline.pipelineRef} />
          </Section>
        )}
      </Grid>
      <div className={classes.actions}>
        <StartRunButton
          pipelineRef={pipeline.pipelineRef}
          owner={pipeline.owner}
          defaultBranch={pipeline.defaultBranch}
          size="small"
        />
        <DeployButton
          pipelineRef={pipeline.pipelineRef}
          owner={pipeline.owner}
          path={pipeline.definition?.deploy.path}
          noVersion={pipeline.latestVersion === undefined}
          size="small"
        />
      </div>
    </>
  );
}

function Section(props: { title: string; children: ReactNode }) {
  const classes = useStyles();
  return (
    <Grid item xs={12} sm={6}>
      <Typography component="h3" className={classes.heading}>
        {props.title}
      </Typography>
      {props.children}
    </Grid>
  );
}

function LastRun({ pipeline: { latestRun: run } }: { pipeline: Pipeline }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const describe = useReasonText();
  if (!run) {
    return <span className={classes.muted}>{t('overview.noRun')}</span>;
  }
  const reason = run.reason && describe(run.reason);
  return (
    <>
      <RunLink runId={run.id} number={run.number}>
        <StatusBadge status={run.status} decided={run.decided} title={reason} />{' '}
        #{run.number}
      </RunLink>
      <div className={classes.muted}>
        <Timestamp time={run.finishedAt ?? run.startedAt ?? run.createdAt} /> ·{' '}
        <UserLink entityRef={run.createdBy} />
      </div>
      <RunReason run={run} />
    </>
  );
}

function LatestVersion({ pipeline }: { pipeline: Pipeline }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const { latestVersion, pipelineRef } = pipeline;
  return latestVersion ? (
    <>
      <VersionLink pipelineRef={pipelineRef} version={latestVersion.version} />
      <div className={classes.muted}>
        <Timestamp time={latestVersion.createdAt} />
      </div>
      <NamedVersions pipelineRef={pipelineRef} />
    </>
  ) : (
    <span className={classes.muted}>{t('overview.noVersion')}</span>
  );
}

/** Which version is the champion, and which have other names. */
function NamedVersions({ pipelineRef }: { pipelineRef: string }) {
  const aliases = useTrends(pipelineRef).data?.aliases ?? [];
  return (
    <>
      {aliases.map(({ alias, version }) => (
        <div key={alias}>
          <AliasChips aliases={[alias]} />
          <VersionLink pipelineRef={pipelineRef} version={version} />
        </div>
      ))}
    </>
  );
}
