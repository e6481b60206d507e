import { useState } from 'react';
import Button from '@material-ui/core/Button';
import MenuItem from '@material-ui/core/MenuItem';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableRow from '@material-ui/core/TableRow';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { InfoCard, Link, Progress } from '@backstage/core-components';
import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  PULL_REQUEST_STATES,
  type GitBranch,
  type GitPullRequest,
  type GitPullRequestState,
  type GitRepository,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  Timestamp,
  useQueryData,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { gitHostApiRef } from '../../api';
import { pullRequestRouteRef } from '../../routes';
import { gitHostTranslationRef } from '../../translation';
import { OpenPullRequestDialog } from './OpenPullRequestDialog';

const LIMIT = 50;

const useStyles = makeStyles(theme => ({
  bar: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(2),
    alignItems: 'center',
    justifyContent: 'space-between',
    padding: theme.spacing(1, 2, 2),
  },
  notice: { padding: theme.spacing(0, 2, 2) },
}));

/** Pull requests of a repository, newest first, and a way to open one. */
export function PullRequestsCard(props: {
  repository: GitRepository;
  branches: GitBranch[];
}) {
  const { branches, repository } = props;
  const { t } = useTranslationRef(gitHostTranslationRef);
  const api = useApi(gitHostApiRef);
  const classes = useStyles();
  const [state, setState] = useState<GitPullRequestState>('open');
  const [opening, setOpening] = useState(false);
  const page = useQueryData({
    api,
    name: 'pull-requests',
    scope: repository.name,
    key: state,
    load: () => api.listPullRequests(repository.name, { state, limit: LIMIT }),
  });
  return (
    <InfoCard title={t('pullRequests.title')} noPadding>
      <div className={classes.bar}>
        <TextField
          select
          size="small"
          value={state}
          inputProps={{ 'aria-label': t('pullRequests.filter') }}
          onChange={({ target }) =>
            setState(
              PULL_REQUEST_STATES.find(each => each === target.value) ?? state,
            )
          }
        >
          {PULL_REQUEST_STATES.map(each => (
            <MenuItem key={each} value={each}>
              {t(`pullRequest.state.${each}`)}
            </MenuItem>
          ))}
        </TextField>
        {branches.length > 1 && (
          <Button
            variant="contained"
            color="primary"
            onClick={() => setOpening(true)}
          >
            {t('pullRequests.open')}
          </Button>
        )}
      </div>
      {page.error && (
        <div className={classes.notice}>
          <ErrorNotice error={page.error} onRetry={page.reload} />
        </div>
      )}
      {page.loading && <Progress />}
      {page.data?.items.length === 0 && (
        <Typography color="textSecondary" className={classes.notice}>
          {t(`pullRequests.none.${state}`)}
        </Typography>
      )}
      {page.data && page.data.items.length > 0 && (
        <PullRequestsTable
          repository={repository.name}
          requests={page.data.items}
        />
      )}
      {page.data?.nextCursor && (
        <Typography color="textSecondary" className={classes.notice}>
          {t('pullRequests.more', { limit: String(LIMIT) })}
        </Typography>
      )}
      {opening && (
        <OpenPullRequestDialog
          repository={repository}
          branches={branches}
          onClose={() => setOpening(false)}
        />
      )}
    </InfoCard>
  );
}

function PullRequestsTable(props: {
  repository: string;
  requests: GitPullRequest[];
}) {
  const { repository, requests } = props;
  const { t } = useTranslationRef(gitHostTranslationRef);
  const classes = useTableStyles();
  const pathOf = useRouteRef(pullRequestRouteRef);
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('pullRequests.title')}</caption>
        <TableBody>
          {requests.map(request => (
            <TableRow key={request.number}>
              <TableCell className={classes.prose}>
                <Link
                  to={pathOf({
                    name: repository,
                    number: String(request.number),
                  })}
                >
                  #{request.number} {request.title}
                </Link>
                <div className={classes.muted}>
                  <code className={classes.code}>
                    {request.sourceBranch} → {request.targetBranch}
                  </code>
                </div>
              </TableCell>
              <TableCell className={classes.roomy}>
                <Timestamp time={request.updatedAt} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
