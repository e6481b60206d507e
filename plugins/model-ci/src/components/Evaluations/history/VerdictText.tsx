import { makeStyles, useTheme } from '@material-ui/core/styles';
import type { PointGate } from '@model-ci/backstage-plugin-model-ci-common';
import { toneColor, VERDICT_LOOKS } from '../../../status';
import { usePointVerdictText } from '../../gates/usePointVerdictText';

const useStyles = makeStyles(theme => ({
  list: { margin: 0, padding: 0, listStyle: 'none', minWidth: 180 },
  muted: { color: theme.palette.text.secondary },
}));

/** What each gate on a value demanded and said, the gravest first: one of them decides, and the others may have passed. */
export function VerdictText(props: { gate: PointGate; unit?: string }) {
  const { gate, unit } = props;
  const classes = useStyles();
  const theme = useTheme();
  const describe = usePointVerdictText();
  return (
    <ul className={classes.list}>
      {gate.verdicts.map((said, index) => {
        const { word, rule, interval } = describe(said, unit);
        const { sign, tone } = VERDICT_LOOKS[said.verdict];
        return (
          <li key={index}>
            <span style={{ color: toneColor(theme, tone) }}>
              <span aria-hidden>{sign}</span> {word}
            </span>{' '}
            {rule}
            {interval && <div className={classes.muted}>{interval}</div>}
          </li>
        );
      })}
    </ul>
  );
}
