import type { ReactNode } from 'react';
import Paper from '@material-ui/core/Paper';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { VersionLineage } from '@model-ci/backstage-plugin-model-ci-common';
import { useLineage, usePipeline } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { Aliases } from '../Aliases';
import { ResourceView } from '../common';
import { PageFrame } from '../ModelCiPage/PageFrame';
import { ArtifactsTable } from '../RunPage/ArtifactsTab';
import { DatasetsTable } from '../RunPage/DatasetsTable';
import { ReportsTable } from '../RunPage/ReportsTable';
import { GatesTable } from '../RunPage/gates/GatesTable';
import { ApprovalsTable } from './ApprovalsTable';
import { LineageGraph } from './LineageGraph';
import { MetricsTable } from './MetricsTable';
import { StagesTable } from './StagesTable';
import { VersionDeployments } from './VersionDeployments';
import { VersionHeader } from './VersionHeader';
import { VersionTraining } from './VersionTraining';

const useStyles = makeStyles(theme => ({
  stack: {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(2),
    // Wide tables and the graph scroll in themselves, not the page.
    '& > *': { minWidth: 0 },
  },
  title: { padding: theme.spacing(2, 2, 1) },
  note: { padding: theme.spacing(0, 2, 2) },
}));

/** Where a version comes from, what was known of it, and where it went; live. */
export function VersionPage(props: { pipelineRef: string; version: number }) {
  const { pipelineRef, version } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const lineage = useLineage(pipelineRef, version);
  const missing =
    lineage.error &&
    'statusCode' in lineage.error &&
    [403, 404].includes(Number(lineage.error.statusCode));
  return (
    <PageFrame title={t('version.title', { version: String(version) })}>
      <ResourceView
        resource={lineage}
        errorTitle={missing ? t('version.notFound') : undefined}
      >
        {data => <VersionView lineage={data} />}
      </ResourceView>
    </PageFrame>
  );
}

function VersionView({ lineage }: { lineage: VersionLineage }) {
  const { version, gates, approvals, datasets, deployments } = lineage;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const pipeline = usePipeline(version.pipelineRef).data;
  return (
    <div className={classes.stack}>
      <VersionHeader lineage={lineage} sourceUrl={pipeline?.sourceUrl} />
      <Section title={t('version.graph.title')}>
        <LineageGraph lineage={lineage} />
      </Section>
      <Section
        title={t('version.metrics.title')}
        empty={version.metrics.length === 0 && t('version.metrics.empty')}
      >
        <MetricsTable metrics={version.metrics} gates={gates} />
      </Section>
      <Section title={t('training.title')}>
        <VersionTraining lineage={lineage} />
      </Section>
      <Section
        title={t('version.gates.title')}
        empty={gates.length === 0 && t('version.gates.empty')}
      >
        <GatesTable gates={gates} withStages />
      </Section>
      <Section
        title={t('version.approvals.title')}
        empty={approvals.length === 0 && t('version.approvals.empty')}
      >
        <ApprovalsTable approvals={approvals} />
      </Section>
      <Aliases
        pipelineRef={version.pipelineRef}
        version={version.version}
        owner={pipeline?.owner}
      />
      <Section title={t('version.stages.title')}>
        <StagesTable stages={lineage.stages} />
      </Section>
      <Section
        title={t('version.datasets.title')}
        empty={datasets.length === 0 && t('run.datasets.empty')}
      >
        <DatasetsTable datasets={datasets} />
      </Section>
      <Section
        title={t('version.artifacts.title')}
        empty={version.artifacts.length === 0 && t('version.artifacts.empty')}
      >
        <ArtifactsTable artifacts={version.artifacts} />
      </Section>
      <Section
        title={t('run.reports.title')}
        empty={lineage.reports.length === 0 && t('version.reports.empty')}
      >
        <ReportsTable reports={lineage.reports} />
      </Section>
      <Section
        title={t('version.deployments.title')}
        empty={deployments.length === 0 && t('version.deployments.empty')}
      >
        <VersionDeployments deployments={deployments} />
      </Section>
    </div>
  );
}

function Section(props: {
  title: string;
  /** Shown instead of the children. */
  empty?: string | false;
  children: ReactNode;
}) {
  const { title, empty, children } = props;
  const classes = useStyles();
  return (
    <Paper component="section" aria-label={title}>
      <Typography variant="h6" component="h2" className={classes.title}>
        {title}
      </Typography>
      {empty ? (
        <Typography color="textSecondary" className={classes.note}>
          {empty}
        </Typography>
      ) : (
        children
      )}
    </Paper>
  );
}
