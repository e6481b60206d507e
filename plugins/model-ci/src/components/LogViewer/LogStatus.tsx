import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatBytes } from '../../format';
import { modelCiTranslationRef } from '../../translation';
import type { LogSnapshot } from './LogWindow';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'flex',
    justifyContent: 'space-between',
    gap: theme.spacing(2),
    padding: theme.spacing(0.5, 1),
    borderTop: `1px solid ${theme.palette.divider}`,
    color: theme.palette.text.secondary,
    fontSize: theme.typography.caption.fontSize,
  },
}));

/** Whether more is to come, and how much there is. */
export function LogStatus({ snapshot }: { snapshot: LogSnapshot }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const language = useLanguage();
  return (
    <div className={classes.root}>
      <span aria-live="polite">{t(stateKey(snapshot))}</span>
      {snapshot.firstNumber === undefined && snapshot.lines.length > 0 && (
        <span>{t('log.unnumbered')}</span>
      )}
      <span>
        {t('log.size', { size: formatBytes(snapshot.size, language) })}
      </span>
    </div>
  );
}

/** The portal lets each user follow so many logs at once. */
function isTooMany(error: Error): boolean {
  return 'statusCode' in error && error.statusCode === 429;
}

function stateKey(snapshot: LogSnapshot) {
  if (snapshot.reconnecting) {
    return isTooMany(snapshot.reconnecting)
      ? 'log.tooManyFollowed'
      : 'log.reconnecting';
  }
  if (snapshot.opening) {
    return 'common.loading';
  }
  if (snapshot.loadingEarlier) {
    return 'log.loadingEarlier';
  }
  if (snapshot.loadingLater) {
    return 'log.loadingLater';
  }
  return snapshot.ended ? 'log.ended' : 'log.live';
}
