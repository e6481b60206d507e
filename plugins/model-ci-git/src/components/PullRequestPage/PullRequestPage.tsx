import { useParams } from 'react-router-dom';
import Grid from '@material-ui/core/Grid';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import {
  InfoCard,
  Link,
  MarkdownContent,
  Progress,
} from '@backstage/core-components';
import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import type {
  GitPullRequestDetails,
  MergeBypass,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  ReasonText,
  Timestamp,
  useQueryData,
} from '@model-ci/backstage-plugin-model-ci-react';
import { gitHostApiRef } from '../../api';
import { repositoryRouteRef } from '../../routes';
import { gitHostTranslationRef } from '../../translation';
import { PageFrame } from '../GitPage/PageFrame';
import { StateChip } from '../PullRequests/StateChip';
import { CommitsTable } from '../RepositoryPage/HistoryTables';
import { DiffView } from './DiffView';
import { PullRequestActions } from './PullRequestActions';

/** Milliseconds: what Model CI says about a run comes while somebody waits for it. */
const INTERVAL = 15_000;

const useStyles = makeStyles(theme => ({
  facts: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1, 2),
    alignItems: 'center',
  },
  description: {
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    marginTop: theme.spacing(2),
  },
  branches: { overflowWrap: 'anywhere' },
  bypass: { marginTop: theme.spacing(2), overflowWrap: 'anywhere' },
  comment: { overflowX: 'auto', '& table': { whiteSpace: 'nowrap' } },
}));

/** One pull request: what it would change, what its runs found out, and what can be done with it. */
export function PullRequestPage() {
  const { name = '', number = '' } = useParams();
  const api = useApi(gitHostApiRef);
  const details = useQueryData({
    api,
    name: 'pull-request',
    scope: `${name} ${number}`,
    load: () => api.getPullRequest(name, Number(number)),
    interval: INTERVAL,
  });
  return (
    <PageFrame
      title={details.data ? `#${number} ${details.data.title}` : `#${number}`}
    >
      {details.error && (
        <ErrorNotice error={details.error} onRetry={details.reload} />
      )}
      {details.loading && <Progress />}
      {details.data && (
        <PullRequestDetails
          repository={name}
          request={details.data}
          onChanged={details.reload}
        />
      )}
    </PageFrame>
  );
}

function PullRequestDetails(props: {
  repository: string;
  request: GitPullRequestDetails;
  onChanged: () => void;
}) {
  const { onChanged, repository, request } = props;
  const { t } = useTranslationRef(gitHostTranslationRef);
  const classes = useStyles();
  return (
    <Grid container>
      <Grid item xs={12}>
        <Summary repository={repository} request={request} />
      </Grid>
      <Grid item xs={12}>
        <InfoCard
          title={t('pullRequest.comment.title')}
          {...(request.comment && {
            subheader: <Timestamp time={request.comment.updatedAt} />,
          })}
        >
          {request.comment ? (
            <div
              className={classes.comment}
              role="region"
              aria-label={t('pullRequest.comment.title')}
            >
              <MarkdownContent content={request.comment.body} dialect="gfm" />
            </div>
          ) : (
            <Typography color="textSecondary">
              {t('pullRequest.comment.none')}
            </Typography>
          )}
        </InfoCard>
      </Grid>
      {request.state !== 'merged' && (
        <Grid item xs={12}>
          <PullRequestActions
            repository={repository}
            request={request}
            onChanged={onChanged}
          />
        </Grid>
      )}
      {request.commits.length > 0 && (
        <Grid item xs={12}>
          <InfoCard title={t('pullRequest.commits')} noPadding>
            <CommitsTable commits={request.commits} />
          </InfoCard>
        </Grid>
      )}
      {request.changes && request.changes.files > 0 && (
        <Grid item xs={12}>
          <DiffView
            repository={repository}
            request={request}
            changes={request.changes}
          />
        </Grid>
      )}
    </Grid>
  );
}

function Summary(props: {
  repository: string;
  request: GitPullRequestDetails;
}) {
  const { repository, request } = props;
  const { t } = useTranslationRef(gitHostTranslationRef);
  const classes = useStyles();
  const repositoryPath = useRouteRef(repositoryRouteRef)({ name: repository });
  const { closedAt, closedBy } = request;
  return (
    <InfoCard>
      <div className={classes.facts}>
        <StateChip state={request.state} />
        <Link to={repositoryPath}>{repository}</Link>
        <code className={classes.branches}>
          {request.sourceBranch} → {request.targetBranch}
        </code>
        <span>
          {t('pullRequest.openedBy')}{' '}
          <EntityRefLink entityRef={request.createdBy} />{' '}
          <Timestamp time={request.createdAt} />
        </span>
        {closedBy && closedAt && (
          <span>
            {t(`pullRequest.endedBy.${request.state}`)}{' '}
            <EntityRefLink entityRef={closedBy} /> <Timestamp time={closedAt} />
          </span>
        )}
      </div>
      {request.bypass && <Bypass bypass={request.bypass} />}
      {request.description && (
        <Typography className={classes.description}>
          {request.description}
        </Typography>
      )}
    </InfoCard>
  );
}

/** What is said for ever of a request that was merged though its runs had not succeeded. */
function Bypass({ bypass }: { bypass: MergeBypass }) {
  const { t } = useTranslationRef(gitHostTranslationRef);
  const classes = useStyles();
  return (
    <Alert severity="warning" variant="outlined" className={classes.bypass}>
      {t('pullRequest.bypass.done')} {bypass.reason}
      <ul>
        {bypass.blockedBy.map(reason => (
          <li key={reason.text}>
            <ReasonText reason={reason} />
          </li>
        ))}
      </ul>
    </Alert>
  );
}
