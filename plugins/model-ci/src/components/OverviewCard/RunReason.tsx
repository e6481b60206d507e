import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  reason,
  type Reason,
  type RunSummary,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useReasonText } from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { isNested, isOfGates } from '../gates/isOfGates';
import { RunLink } from '../runs';

const useStyles = makeStyles(theme => ({
  root: {
    color: theme.palette.text.secondary,
    overflowWrap: 'anywhere',
    whiteSpace: 'pre-line',
  },
  list: { margin: 0, paddingLeft: theme.spacing(2.5) },
}));

/** Why a run ended as it did; of a stage that its gates failed, one gate a line and the way to them. */
export function RunReason({ run }: { run: RunSummary }) {
  const classes = useStyles();
  const { t } = useTranslationRef(modelCiTranslationRef);
  const describe = useReasonText();
  if (!run.reason) {
    return null;
  }
  const failure = gatesFailure(run.reason, describe);
  if (!failure) {
    return <div className={classes.root}>{describe(run.reason)}</div>;
  }
  const { stage, lines } = failure;
  return (
    <div className={classes.root}>
      {describe(reason('run.stageFailed', { stage }))}{' '}
      <RunLink runId={run.id} number={run.number} gatesOf={stage}>
        {t('overview.openGates')}
      </RunLink>
      <ul className={classes.list}>
        {lines.map(line => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}

/** Undefined for any other reason, and for one that this version has no words for. */
function gatesFailure(
  { code, parameters }: Reason,
  describe: (why: Reason) => string,
): { stage: string; lines: string[] } | undefined {
  const { stage, reason: why } = parameters ?? {};
  if (
    code !== 'run.stageFailedBecause' ||
    typeof stage !== 'string' ||
    !isNested(why) ||
    !isOfGates(why)
  ) {
    return undefined;
  }
  const text = describe({ ...why, text: '' });
  return text === '' ? undefined : { stage, lines: text.split('\n') };
}
