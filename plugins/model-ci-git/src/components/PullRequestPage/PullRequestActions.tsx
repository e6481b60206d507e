import Button from '@material-ui/core/Button';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { InfoCard } from '@backstage/core-components';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  GitPullRequestDetails,
  MergeMethod,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { gitHostApiRef } from '../../api';
import { gitHostTranslationRef } from '../../translation';
import { MergeControls } from './MergeControls';
import { MergeProtection } from './MergeProtection';

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

type Action =
  | { type: 'merge'; method: MergeMethod; bypassReason?: string }
  | { type: 'close' | 'reopen' };

/** Merges, closes or reopens a request. The host decides whether the user may. */
export function PullRequestActions(props: {
  repository: string;
  request: GitPullRequestDetails;
  onChanged: () => void;
}) {
  const { onChanged, repository, request } = props;
  const { t } = useTranslationRef(gitHostTranslationRef);
  const classes = useStyles();
  const act = useActions(repository, request, onChanged);
  const isOpen = request.state === 'open';
  return (
    <InfoCard title={t('pullRequest.merge.title')}>
      <Mergeability request={request} />
      {request.protection && (
        <MergeProtection protection={request.protection} />
      )}
      {act.error && (
        <ErrorNotice
          error={act.error}
          title={t('pullRequest.actionFailed')}
          onClose={act.reset}
        />
      )}
      <div className={classes.bar}>
        <MergeControls
          repository={repository}
          request={request}
          pending={act.pending}
          onMerge={merge => act.run({ type: 'merge', ...merge })}
        />
        <Button
          variant="outlined"
          disabled={act.pending}
          onClick={() => act.run({ type: isOpen ? 'close' : 'reopen' })}
        >
          {t(isOpen ? 'pullRequest.close' : 'pullRequest.reopen')}
        </Button>
      </div>
    </InfoCard>
  );
}

function useActions(
  repository: string,
  request: GitPullRequestDetails,
  onChanged: () => void,
) {
  const api = useApi(gitHostApiRef);
  const { head, number, targetHead } = request;
  return useAction(async (action: Action) => {
    if (action.type === 'merge') {
      const { type: _, ...merge } = action;
      await api.mergePullRequest(repository, number, {
        ...{ expectedHead: head, expectedTarget: targetHead },
        ...merge,
      });
    } else if (action.type === 'close') {
      await api.closePullRequest(repository, number);
    } else {
      await api.reopenPullRequest(repository, number);
    }
    onChanged();
  });
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
