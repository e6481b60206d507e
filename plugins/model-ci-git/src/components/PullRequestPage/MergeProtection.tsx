import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  blockedBy,
  type MergeProtection as Protection,
} from '@model-ci/backstage-plugin-model-ci-common';
import { ReasonText } from '@model-ci/backstage-plugin-model-ci-react';
import { gitHostTranslationRef } from '../../translation';

const useStyles = makeStyles(theme => ({
  notice: { marginTop: theme.spacing(2), overflowWrap: 'anywhere' },
  list: { margin: 0, paddingLeft: theme.spacing(2.5) },
}));

/** Which runs keep a request from being merged, and where to look at them. */
export function MergeProtection({ protection }: { protection: Protection }) {
  const { t } = useTranslationRef(gitHostTranslationRef);
  const classes = useStyles();
  const { checks, problem } = protection;
  if (blockedBy(protection).length === 0) {
    return null;
  }
  return (
    <Alert severity="warning" variant="outlined" className={classes.notice}>
      {t('pullRequest.blocked')}
      <ul className={classes.list}>
        {problem && (
          <li>
            <ReasonText reason={problem} />
          </li>
        )}
        {checks.map(
          ({ pipelineRef, reason, run }) =>
            reason && (
              <li key={pipelineRef}>
                <ReasonText reason={reason} />
                {run && (
                  <>
                    {' '}
                    <Link to={run.url}>{t('pullRequest.showRun')}</Link>
                  </>
                )}
              </li>
            ),
        )}
      </ul>
    </Alert>
  );
}
