import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import { Link } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { Run } from '@model-ci/backstage-plugin-model-ci-common';
import { useReasonText } from '@model-ci/backstage-plugin-model-ci-react';
import { nodesRouteRef } from '../../routes';
import { modelCiTranslationRef } from '../../translation';
import { findUnplaced } from './unplaced';

/** More of them say the same again. */
const SHOWN = 3;

const useStyles = makeStyles(theme => ({
  root: { marginTop: theme.spacing(1), overflowWrap: 'anywhere' },
  line: { margin: theme.spacing(0, 0, 0.5) },
}));

/** That a run waits for what nobody has, and what can be done about it. */
export function UnplacedNotice({ run }: { run: Run }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const describe = useReasonText();
  const nodes = useRouteRef(nodesRouteRef)();
  const unplaced = findUnplaced(run);
  if (unplaced.length === 0) {
    return null;
  }
  return (
    <Alert className={classes.root} severity="warning" variant="outlined">
      <AlertTitle>{t('run.unplaced.title')}</AlertTitle>
      {unplaced.slice(0, SHOWN).map(({ stage, reason }) => (
        <p key={stage} className={classes.line}>
          {t('run.unplaced.stage', { stage, reason: describe(reason) })}
        </p>
      ))}
      {unplaced.length > SHOWN && (
        <p className={classes.line}>
          {t('run.unplaced.more', { count: unplaced.length - SHOWN })}
        </p>
      )}
      {t('run.unplaced.remedy')}{' '}
      <Link to={nodes}>{t('run.unplaced.nodes')}</Link>
    </Alert>
  );
}
