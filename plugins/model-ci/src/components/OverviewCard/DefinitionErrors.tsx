import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { Pipeline } from '@model-ci/backstage-plugin-model-ci-common';
import { ReasonText } from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';

const ERRORS_SHOWN = 5;

const useStyles = makeStyles(theme => ({
  root: {
    marginBottom: theme.spacing(2),
    // Paths of keys have no spaces to break at.
    overflowWrap: 'anywhere',
  },
  list: { margin: 0, paddingLeft: theme.spacing(2) },
}));

/** Why the definition of the default branch cannot run, before anybody has tried; nothing where it is right. */
export function DefinitionErrors({
  definitionErrors,
}: Pick<Pipeline, 'definitionErrors'>) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  if (definitionErrors.length === 0) {
    return null;
  }
  const more = definitionErrors.length - ERRORS_SHOWN;
  return (
    <Alert severity="error" className={classes.root}>
      <AlertTitle>
        {t('overview.definitionErrors', { count: definitionErrors.length })}
      </AlertTitle>
      <ul className={classes.list}>
        {definitionErrors.slice(0, ERRORS_SHOWN).map(({ path, reason }) => (
          <li key={`${path}: ${reason.text}`}>
            {path && <code>{path}</code>} <ReasonText reason={reason} />
          </li>
        ))}
        {more > 0 && <li>{t('overview.moreErrors', { count: more })}</li>}
      </ul>
    </Alert>
  );
}
