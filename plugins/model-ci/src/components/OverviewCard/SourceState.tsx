import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { Pipeline } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ReasonText,
  Timestamp,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';

const useStyles = makeStyles(theme => ({
  root: {
    marginBottom: theme.spacing(2),
    // URLs have no spaces to break at.
    overflowWrap: 'anywhere',
  },
}));

/** What became of the repository of a pipeline; nothing where it is as the catalog has it. */
export function SourceState(
  props: Pick<Pipeline, 'sourceState' | 'sourceProblem' | 'definitionErrors'>,
) {
  const { sourceState, sourceProblem, definitionErrors } = props;
  // What is shown beside it says the same in full.
  const isSaid =
    sourceState?.reason.code === 'sourceState.definitionInvalid'
      ? definitionErrors.length > 0
      : sourceProblem !== undefined;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  if (!sourceState || isSaid) {
    return null;
  }
  return (
    <Alert severity="warning" className={classes.root}>
      <ReasonText reason={sourceState.reason} />
      <div>
        {t('overview.sourceSince')} <Timestamp time={sourceState.since} />
      </div>
    </Alert>
  );
}
