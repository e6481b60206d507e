import Grid from '@material-ui/core/Grid';
import Paper from '@material-ui/core/Paper';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  Environment,
  Pipeline,
} from '@model-ci/backstage-plugin-model-ci-common';
import { EmptyState } from '@model-ci/backstage-plugin-model-ci-react';
import {
  useCursorPaging,
  useDeployments,
  useEnvironments,
  usePipeline,
  useUrlState,
} from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { Pager, ResourceView } from '../common';
import { DeploymentsTable } from './DeploymentsTable';
import { EnvironmentCard } from './EnvironmentCard';

const PAGE_SIZE = 20;

/** What of a pipeline serves where, and every deployment that there was, with the way back. */
export function Deployments(props: { pipelineRef: string }) {
  const { pipelineRef } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const { params } = useUrlState();
  const pipeline = usePipeline(pipelineRef);
  const environments = useEnvironments();
  const deployments = useDeployments({
    pipelineRef,
    cursor: params.get('cursor') ?? undefined,
    limit: PAGE_SIZE,
  });
  const paging = useCursorPaging(deployments.data?.nextCursor);
  const reload = () => {
    pipeline.reload();
    deployments.reload();
  };
  return (
    <Grid container spacing={2}>
      <Grid item xs={12}>
        <ResourceView resource={environments}>
          {all => (
            <ResourceView resource={pipeline}>
              {data => (
                <Environments
                  pipeline={data}
                  environments={inOrderOfPath(all, data)}
                  onChange={reload}
                />
              )}
            </ResourceView>
          )}
        </ResourceView>
      </Grid>
      <Grid item xs={12}>
        <Paper>
          <ResourceView resource={deployments}>
            {({ items }) =>
              items.length > 0 ? (
                <DeploymentsTable
                  deployments={items}
                  deployed={pipeline.data?.deployed ?? []}
                  owner={pipeline.data?.owner}
                  onChange={reload}
                />
              ) : (
                <EmptyState
                  title={t('deployments.empty.title')}
                  description={t('deployments.empty.description')}
                />
              )
            }
          </ResourceView>
          <Pager paging={paging} />
        </Paper>
      </Grid>
    </Grid>
  );
}

/**
 * The environments that the pipeline may go to, in the order of its path, then those off the path
 * in which it serves all the same; all of them where it names no path.
 */
function inOrderOfPath(
  environments: Environment[],
  pipeline: Pipeline,
): Environment[] {
  const path = pipeline.definition?.deploy.path ?? [];
  if (path.length === 0) {
    return environments;
  }
  const serving = new Set(
    pipeline.deployed.map(({ environment }) => environment),
  );
  return [
    ...environments
      .filter(({ name }) => path.includes(name))
      .sort((a, b) => path.indexOf(a.name) - path.indexOf(b.name)),
    ...environments.filter(
      ({ name }) => !path.includes(name) && serving.has(name),
    ),
  ];
}

function Environments(props: {
  pipeline: Pipeline;
  environments: Environment[];
  onChange: () => void;
}) {
  const { pipeline, environments, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  if (environments.length === 0) {
    return (
      <EmptyState
        title={t('deployments.environments.none')}
        description={t('deployments.environments.noneHelp')}
      />
    );
  }
  return (
    <Grid container spacing={2}>
      {environments.map(environment => (
        <Grid item xs={12} md={6} key={environment.name}>
          <EnvironmentState
            pipeline={pipeline}
            environment={environment}
            onChange={onChange}
          />
        </Grid>
      ))}
    </Grid>
  );
}

function EnvironmentState(props: {
  pipeline: Pipeline;
  environment: Environment;
  onChange: () => void;
}) {
  const { pipeline, environment } = props;
  const deployments = useDeployments({
    pipelineRef: pipeline.pipelineRef,
    environment: environment.name,
    limit: 5,
  });
  return (
    <ResourceView resource={deployments}>
      {({ items }) => (
        <EnvironmentCard
          {...props}
          deployments={items}
          onChange={() => {
            props.onChange();
            deployments.reload();
          }}
        />
      )}
    </ResourceView>
  );
}
