import type { ReactNode } from 'react';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import CheckCircleIcon from '@material-ui/icons/CheckCircle';
import RadioButtonUncheckedIcon from '@material-ui/icons/RadioButtonUnchecked';
import { parseEntityRef } from '@backstage/catalog-model';
import { InfoCard, Link } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import {
  isFinal,
  type PipelineSummary,
  type RunSummary,
} from '@model-ci/backstage-plugin-model-ci-common';
import { usePipelines, useRuns } from '../../hooks';
import { createProjectRouteRef, runRouteRef } from '../../routes';
import { toneColor } from '../../status';
import { modelCiTranslationRef } from '../../translation';
import { ResourceView } from '../common';

const MINE = { owners: ['mine'], limit: 1 };

type StepName = 'create' | 'look' | 'break' | 'mend' | 'compare' | 'deploy';

interface Step {
  name: StepName;
  isDone: boolean;
  /** Where it is done; absent while there is nothing to do it with. */
  href?: string;
}

const useStyles = makeStyles(theme => ({
  list: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(260px, 1fr))',
    gap: theme.spacing(1, 3),
    listStyle: 'none',
    margin: 0,
    padding: 0,
  },
  item: {
    display: 'flex',
    gap: theme.spacing(1.5),
    padding: theme.spacing(0.75, 0),
  },
}));

/** What somebody who is new does first, with what of it the pipelines of the user and their groups show to be done; live. */
export function FirstSteps() {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const pipelines = usePipelines(MINE);
  const failures = useRuns({ ...MINE, statuses: ['failed'] });
  const stepsOf = useSteps();
  return (
    <InfoCard title={t('home.steps.title')}>
      <ResourceView resource={pipelines}>
        {({ items: [pipeline] }) => (
          <ol className={classes.list}>
            {stepsOf(pipeline, failures.data?.items[0]).map(step => (
              <StepItem key={step.name} step={step} />
            ))}
          </ol>
        )}
      </ResourceView>
    </InfoCard>
  );
}

/** Answers the steps as far as a pipeline and the last failure have come. */
function useSteps() {
  const createPath = useRouteRef(createProjectRouteRef);
  const entityPath = useRouteRef(entityRouteRef);
  const runPath = useRouteRef(runRouteRef);
  return (
    pipeline: PipelineSummary | undefined,
    failure: RunSummary | undefined,
  ): Step[] => {
    const page = pipeline && entityPath(parseEntityRef(pipeline.pipelineRef));
    const run = pipeline?.latestRun;
    const versions = pipeline?.latestVersion?.version ?? 0;
    return [
      {
        name: 'create',
        isDone: pipeline !== undefined,
        href: createPath?.(),
      },
      {
        name: 'look',
        isDone: run !== undefined && isFinal(run.status),
        href: run && runPath({ runId: run.id }),
      },
      {
        name: 'break',
        isDone: failure !== undefined,
        href: failure ? runPath({ runId: failure.id }) : page,
      },
      {
        name: 'mend',
        isDone: failure !== undefined && run?.status === 'succeeded',
        href: page && `${page}/runs`,
      },
      {
        name: 'compare',
        isDone: versions > 1,
        href: page && `${page}/evaluations`,
      },
      {
        name: 'deploy',
        isDone: (pipeline?.deployed.length ?? 0) > 0,
        href: page && `${page}/deployments`,
      },
    ];
  };
}

function StepItem({ step }: { step: Step }) {
  const { name, isDone, href } = step;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const theme = useTheme();
  const title = t(`home.steps.${name}`);
  const Icon = isDone ? CheckCircleIcon : RadioButtonUncheckedIcon;
  return (
    <li className={classes.item}>
      <Icon
        titleAccess={t(isDone ? 'home.steps.done' : 'home.steps.open', {
          step: title,
        })}
        style={{ color: toneColor(theme, isDone ? 'good' : 'idle') }}
      />
      <div>
        <LinkWhere href={href}>{title}</LinkWhere>
        <Typography variant="body2" color="textSecondary">
          {t(`home.steps.${name}Help`)}
        </Typography>
      </div>
    </li>
  );
}

function LinkWhere(props: { href?: string; children: ReactNode }) {
  return props.href ? (
    <Link to={props.href}>{props.children}</Link>
  ) : (
    <span>{props.children}</span>
  );
}
