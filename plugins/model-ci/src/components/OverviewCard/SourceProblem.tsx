import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import type { Reason } from '@model-ci/backstage-plugin-model-ci-common';
import { ReasonText } from '@model-ci/backstage-plugin-model-ci-react';

const useStyles = makeStyles(theme => ({
  root: {
    marginBottom: theme.spacing(2),
    // URLs have no spaces to break at.
    overflowWrap: 'anywhere',
  },
}));

/** Why nothing of the pipeline can be run, whatever its definition says; nothing where it can. */
export function SourceProblem({ problem }: { problem: Reason | undefined }) {
  const classes = useStyles();
  return problem ? (
    <Alert severity="warning" className={classes.root}>
      <ReasonText reason={problem} />
    </Alert>
  ) : null;
}
