import type { ReactNode } from 'react';
import Grid from '@material-ui/core/Grid';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { InfoCard } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import type {
  Deployment,
  Page,
  PipelineSummary,
  RunSummary,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  type Resource,
  Timestamp,
} from '@model-ci/backstage-plugin-model-ci-react';
import { useDeployments, usePipelines, useRuns } from '../../hooks';
import { runsRouteRef } from '../../routes';
import { modelCiTranslationRef } from '../../translation';
import {
  DeploymentStatusBadge,
  ResourceView,
  StatusBadge,
  VersionLink,
} from '../common';
import { RunLink } from '../runs';

/** More is behind the link below. */
const ITEMS_SHOWN = 5;
const MINE = { owners: ['mine'], limit: ITEMS_SHOWN };

const useStyles = makeStyles(theme => ({
  heading: {
    color: theme.palette.text.secondary,
    fontWeight: 600,
    fontSize: theme.typography.body2.fontSize,
  },
  muted: { color: theme.palette.text.secondary },
  list: { listStyle: 'none', margin: 0, padding: 0 },
  item: { padding: theme.spacing(0.75, 0), overflowWrap: 'anywhere' },
}));

/** What waits, has failed, or was deployed, of the pipelines of the user and their groups; live. */
export function MyPipelines() {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const runsPath = useRouteRef(runsRouteRef);
  const waiting = useRuns({ ...MINE, statuses: ['waiting'] });
  const failed = usePipelines({ ...MINE, statuses: ['failed', 'errored'] });
  const deployed = useDeployments(MINE);
  return (
    <InfoCard
      title={t('home.mine.title')}
      deepLink={{
        title: t('home.mine.allRuns'),
        link: `${runsPath()}?owner=mine`,
      }}
    >
      <Grid container spacing={3}>
        <List
          title={t('home.mine.waiting')}
          nothing={t('home.mine.nothingWaits')}
          resource={waiting}
          row={run => <WaitingRun key={run.id} run={run} />}
        />
        <List
          title={t('home.mine.failed')}
          nothing={t('home.mine.nothingFailed')}
          resource={failed}
          row={pipeline => (
            <FailedPipeline key={pipeline.pipelineRef} pipeline={pipeline} />
          )}
        />
        <List
          title={t('home.mine.deployed')}
          nothing={t('home.mine.nothingDeployed')}
          resource={deployed}
          row={deployment => (
            <DeployedVersion key={deployment.id} deployment={deployment} />
          )}
        />
      </Grid>
    </InfoCard>
  );
}

function List<T>(props: {
  title: string;
  nothing: string;
  resource: Resource<Page<T>>;
  row(item: T): ReactNode;
}) {
  const classes = useStyles();
  return (
    <Grid item xs={12} md={4}>
      <Typography component="h3" className={classes.heading}>
        {props.title}
      </Typography>
      <ResourceView resource={props.resource}>
        {({ items }) =>
          items.length > 0 ? (
            <ul className={classes.list}>{items.map(props.row)}</ul>
          ) : (
            <Typography variant="body2" className={classes.muted}>
              {props.nothing}
            </Typography>
          )
        }
      </ResourceView>
    </Grid>
  );
}

function WaitingRun({ run }: { run: RunSummary }) {
  const classes = useStyles();
  return (
    <li className={classes.item}>
      <EntityRefLink entityRef={run.pipelineRef} hideIcon />{' '}
      <RunLink runId={run.id} number={run.number} />
      <div className={classes.muted}>
        <Timestamp time={run.startedAt ?? run.createdAt} />
      </div>
    </li>
  );
}

function FailedPipeline({ pipeline }: { pipeline: PipelineSummary }) {
  const classes = useStyles();
  const { latestRun: run } = pipeline;
  return (
    <li className={classes.item}>
      <EntityRefLink
        entityRef={pipeline.pipelineRef}
        title={pipeline.title}
        hideIcon
      />
      {run && (
        <div className={classes.muted}>
          <RunLink runId={run.id} number={run.number}>
            <StatusBadge status={run.status} /> #{run.number}
          </RunLink>{' '}
          · <Timestamp time={run.finishedAt ?? run.createdAt} />
        </div>
      )}
    </li>
  );
}

function DeployedVersion({ deployment }: { deployment: Deployment }) {
  const classes = useStyles();
  const { pipelineRef, version, environment, status } = deployment;
  return (
    <li className={classes.item}>
      <EntityRefLink entityRef={pipelineRef} hideIcon />{' '}
      <VersionLink pipelineRef={pipelineRef} version={version} />
      <div className={classes.muted}>
        <DeploymentStatusBadge status={status} /> {environment} ·{' '}
        <Timestamp time={deployment.createdAt} />
      </div>
    </li>
  );
}
