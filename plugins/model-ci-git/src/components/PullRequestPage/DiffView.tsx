import { useState } from 'react';
import Button from '@material-ui/core/Button';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { InfoCard, Progress } from '@backstage/core-components';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { GitPullRequestDetails } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  useQueryData,
} from '@model-ci/backstage-plugin-model-ci-react';
import { gitHostApiRef } from '../../api';
import { gitHostTranslationRef } from '../../translation';

const useStyles = makeStyles(theme => {
  const isDark = theme.palette.type === 'dark';
  return {
    diff: {
      fontFamily: 'Menlo, Consolas, "DejaVu Sans Mono", monospace',
      fontSize: '0.85em',
      lineHeight: 1.5,
      overflowX: 'auto',
      margin: theme.spacing(2, 0, 0),
      maxHeight: '70vh',
    },
    line: { display: 'block', minHeight: '1.5em', whiteSpace: 'pre' },
    added: { backgroundColor: isDark ? '#12351f' : '#e6f6ea' },
    removed: { backgroundColor: isDark ? '#43191b' : '#fdeaea' },
    place: { color: theme.palette.text.secondary },
    file: { fontWeight: 600, marginTop: theme.spacing(1) },
  };
});

/** How much is changed and, once somebody wants to see it, what. */
export function DiffView(props: {
  repository: string;
  request: GitPullRequestDetails;
  changes: NonNullable<GitPullRequestDetails['changes']>;
}) {
  const { changes, repository, request } = props;
  const { t } = useTranslationRef(gitHostTranslationRef);
  const [isShown, setShown] = useState(false);
  return (
    <InfoCard title={t('pullRequest.changes.title')}>
      <Typography>
        {t('pullRequest.changes.count', {
          files: String(changes.files),
          insertions: String(changes.insertions),
          deletions: String(changes.deletions),
        })}
      </Typography>
      {isShown ? (
        <DiffText repository={repository} request={request} />
      ) : (
        <Button color="primary" onClick={() => setShown(true)}>
          {t('pullRequest.changes.show')}
        </Button>
      )}
    </InfoCard>
  );
}

function DiffText(props: {
  repository: string;
  request: GitPullRequestDetails;
}) {
  const { repository, request } = props;
  const { t } = useTranslationRef(gitHostTranslationRef);
  const classes = useStyles();
  const api = useApi(gitHostApiRef);
  const diff = useQueryData({
    api,
    name: 'pull-request-diff',
    scope: `${repository} ${request.number}`,
    key: `${request.head} ${request.targetHead}`,
    load: () => api.getPullRequestDiff(repository, request.number),
  });
  if (diff.error) {
    return <ErrorNotice error={diff.error} onRetry={diff.reload} />;
  }
  if (!diff.data) {
    return <Progress />;
  }
  return (
    <>
      <pre className={classes.diff}>
        {diff.data.text.split('\n').map((line, index) => (
          // Lines never change places.
          // eslint-disable-next-line react/no-array-index-key
          <span key={index} className={`${classes.line} ${toneOf(line)}`}>
            {line}
          </span>
        ))}
      </pre>
      {diff.data.isCut && (
        <Typography color="textSecondary">
          {t('pullRequest.changes.cut')}
        </Typography>
      )}
    </>
  );

  function toneOf(line: string): string {
    if (/^(?:diff |index |--- |\+\+\+ )/.test(line)) {
      return line.startsWith('diff ') ? classes.file : classes.place;
    }
    if (line.startsWith('@@')) {
      return classes.place;
    }
    if (line.startsWith('+')) {
      return classes.added;
    }
    return line.startsWith('-') ? classes.removed : '';
  }
}
