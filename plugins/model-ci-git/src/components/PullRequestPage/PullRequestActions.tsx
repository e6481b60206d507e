import { useState } from 'react';
import Button from '@material-ui/core/Button';
import MenuItem from '@material-ui/core/MenuItem';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { InfoCard } from '@backstage/core-components';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  MERGE_METHODS,
  type GitPullRequestDetails,
  type MergeMethod,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { gitHostApiRef } from '../../api';
import { gitHostTranslationRef } from '../../translation';

const useStyles = makeStyles(theme => ({
  bar: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(2),
    alignItems: 'center',
    marginTop: theme.spacing(2),
  },
  files: { overflowWrap: 'anywhere' },
}));

/** Merges, closes or reopens a request. The host decides whether the user may. */
export function PullRequestActions(props: {
  repository: string;
  request: GitPullRequestDetails;
  onChanged: () => void;
}) {
  const { onChanged, repository, request } = props;
  const { t } = useTranslationRef(gitHostTranslationRef);
  const classes = useStyles();
  const api = useApi(gitHostApiRef);
  const [method, setMethod] = useState<MergeMethod>('merge');
  const { number } = request;
  const act = useAction(async (action: 'merge' | 'close' | 'reopen') => {
    if (action === 'merge') {
      await api.mergePullRequest(repository, number, {
        expectedHead: request.head,
        expectedTarget: request.targetHead,
        method,
      });
    } else if (action === 'close') {
      await api.closePullRequest(repository, number);
    } else {
      await api.reopenPullRequest(repository, number);
    }
    onChanged();
  });
  const isOpen = request.state === 'open';
  const canMerge =
    isOpen &&
    request.mergeability?.type !== 'conflicts' &&
    request.mergeability?.type !== 'nothing';
  return (
    <InfoCard title={t('pullRequest.merge.title')}>
      <Mergeability request={request} />
      {act.error && (
        <ErrorNotice
          error={act.error}
          title={t('pullRequest.actionFailed')}
          onClose={act.reset}
        />
      )}
      <div className={classes.bar}>
        {canMerge && (
          <>
            <TextField
              select
              size="small"
              value={method}
              inputProps={{ 'aria-label': t('pullRequest.merge.method') }}
              onChange={({ target }) =>
                setMethod(
                  MERGE_METHODS.find(each => each === target.value) ?? method,
                )
              }
            >
              {MERGE_METHODS.filter(
                each =>
                  each === 'merge' ||
                  request.mergeability?.type === 'fast-forward',
              ).map(each => (
                <MenuItem key={each} value={each}>
                  {t(`pullRequest.merge.${each}`)}
                </MenuItem>
              ))}
            </TextField>
            <Button
              variant="contained"
              color="primary"
              disabled={act.pending}
              onClick={() => act.run('merge')}
            >
              {t('pullRequest.merge.button')}
            </Button>
          </>
        )}
        <Button
          variant="outlined"
          disabled={act.pending}
          onClick={() => act.run(isOpen ? 'close' : 'reopen')}
        >
          {t(isOpen ? 'pullRequest.close' : 'pullRequest.reopen')}
        </Button>
      </div>
    </InfoCard>
  );
}

function Mergeability(props: { request: GitPullRequestDetails }) {
  const { mergeability, targetBranch } = props.request;
  const { t } = useTranslationRef(gitHostTranslationRef);
  const classes = useStyles();
  if (!mergeability) {
    return <Typography>{t('pullRequest.mergeability.closed')}</Typography>;
  }
  return (
    <>
      <Typography>
        {t(`pullRequest.mergeability.${mergeability.type}`, {
          branch: targetBranch,
        })}
      </Typography>
      {mergeability.type === 'conflicts' && (
        <ul className={classes.files}>
          {mergeability.files.map(file => (
            <li key={file}>
              <code>{file}</code>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
