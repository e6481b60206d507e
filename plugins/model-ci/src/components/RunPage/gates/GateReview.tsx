import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { GateResult } from '@model-ci/backstage-plugin-model-ci-common';
import { ReasonText } from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../../translation';
import { FlippedExamples, type GateOwner } from './FlippedExamples';
import { GateFacts } from './GateFacts';
import { GateSubject, PictureLegend } from './GatesTable';
import { IntervalPicture } from './IntervalPicture';
import { judgedTogether } from './together';

const useStyles = makeStyles(theme => ({
  gate: { margin: theme.spacing(1, 0), overflowWrap: 'anywhere' },
}));

/** The gates that chance leaves open. */
export function openGates(gates: GateResult[]): GateResult[] {
  return gates.filter(({ verdict }) => verdict === 'inconclusive');
}

/** What a person decides on: the gates that chance leaves open, and what either error would mean. */
export function GateReview(props: { gates: GateResult[]; of: GateOwner }) {
  const { gates, of } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const open = openGates(gates);
  return (
    <>
      {open.map((gate, index) => (
        <div key={index} className={classes.gate}>
          <Typography component="div">
            <strong>
              <GateSubject gate={gate} />
            </strong>
          </Typography>
          <IntervalPicture gate={gate} together={judgedTogether(gate, gates)} />
          <Typography component="div" variant="body2">
            <ReasonText reason={gate.reason} />
            <GateFacts gate={gate} />
          </Typography>
          <FlippedExamples gate={gate} of={of} />
        </div>
      ))}
      {open.some(({ estimate }) => estimate !== undefined) && <PictureLegend />}
      <Typography variant="body2">{t('run.gates.wrongContinue')}</Typography>
      <Typography variant="body2">{t('run.gates.wrongStop')}</Typography>
    </>
  );
}
