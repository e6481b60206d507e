import { useParams } from 'react-router-dom';
import Grid from '@material-ui/core/Grid';
import Typography from '@material-ui/core/Typography';
import { InfoCard, Link, Progress } from '@backstage/core-components';
import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import type {
  GitBranch,
  GitCommit,
  GitHostApi,
  GitRepository,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  Code,
  EmptyState,
  ErrorNotice,
  useQueryData,
} from '@model-ci/backstage-plugin-model-ci-react';
import { gitHostApiRef } from '../../api';
import { useCatalogEntities } from '../../hooks/useCatalogEntities';
import { tokensRouteRef } from '../../routes';
import { gitHostTranslationRef } from '../../translation';
import { PageFrame } from '../GitPage/PageFrame';
import { PullRequestsCard } from '../PullRequests/PullRequestsCard';
import { BranchesTable, CommitsTable } from './HistoryTables';

const COMMITS = 20;

interface Details {
  repository: GitRepository;
  branches: GitBranch[];
  commits: GitCommit[];
}

/** One repository: how to clone it, its branches, pull requests and latest commits. */
export function RepositoryPage() {
  const { name = '' } = useParams();
  const api = useApi(gitHostApiRef);
  const details = useQueryData({
    api,
    name: 'repository',
    scope: name,
    load: () => loadDetails(api, name),
  });

  return (
    <PageFrame title={name}>
      {details.data && <RepositoryDetails {...details.data} />}
      {details.error && (
        <ErrorNotice error={details.error} onRetry={details.reload} />
      )}
      {details.loading && <Progress />}
    </PageFrame>
  );
}

async function loadDetails(api: GitHostApi, name: string): Promise<Details> {
  const [repository, branches] = await Promise.all([
    api.getRepository(name),
    api.listBranches(name),
  ]);
  const hasDefault = branches.some(({ isDefault }) => isDefault);
  const commits = hasDefault
    ? (await api.listCommits(name, { limit: COMMITS })).items
    : [];
  return { repository, branches, commits };
}

function RepositoryDetails({ repository, branches, commits }: Details) {
  const { t } = useTranslationRef(gitHostTranslationRef);
  const tokens = useRouteRef(tokensRouteRef)();
  const entity = useCatalogEntities([repository]).get(repository.name);
  return (
    <Grid container>
      <Grid item xs={12} lg={8}>
        <InfoCard
          title={t('repository.clone.title')}
          subheader={repository.description}
        >
          <Code
            text={`git clone ${repository.cloneUrl}`}
            copyLabel={t('repository.clone.copy')}
          />
          <Typography paragraph style={{ marginTop: 16 }}>
            {t('repository.clone.hint')}{' '}
            <Link to={tokens}>{t('repository.clone.tokens')}</Link>
          </Typography>
          <Typography color="textSecondary">
            {t('repository.clone.readOnly')}
          </Typography>
          <Typography component="p" style={{ marginTop: 16 }}>
            {t('repository.owner')}:{' '}
            <EntityRefLink entityRef={repository.owner} />
            {entity && (
              <>
                {' · '}
                {t('repository.entity')}: <EntityRefLink entityRef={entity} />
              </>
            )}
          </Typography>
        </InfoCard>
      </Grid>
      {branches.length === 0 ? (
        <Grid item xs={12} lg={8}>
          <InfoCard>
            <EmptyState
              title={t('repository.empty.title')}
              description={t('repository.empty.description')}
            />
          </InfoCard>
        </Grid>
      ) : (
        <>
          <Grid item xs={12} lg={4}>
            <InfoCard title={t('repository.branches.title')} noPadding>
              <BranchesTable branches={branches} />
            </InfoCard>
          </Grid>
          <Grid item xs={12}>
            <PullRequestsCard repository={repository} branches={branches} />
          </Grid>
          {commits.length > 0 && (
            <Grid item xs={12}>
              <InfoCard
                title={t('repository.commits.title', {
                  branch: repository.defaultBranch,
                })}
                noPadding
              >
                <CommitsTable commits={commits} />
              </InfoCard>
            </Grid>
          )}
        </>
      )}
    </Grid>
  );
}
