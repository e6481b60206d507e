import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { modelCiTranslationRef } from '../../translation';
import type { LineLook } from './drawCurves';
import type { Origin } from './lines';

/** Lines that are named; of more, only their number. */
const MAX_NAMED = 40;

const useStyles = makeStyles(theme => ({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.5, 2),
    margin: theme.spacing(2, 0, 0),
    padding: 0,
    listStyle: 'none',
    fontSize: theme.typography.caption.fontSize,
    '& li': { display: 'flex', alignItems: 'center', gap: theme.spacing(1) },
    '& span': { overflowWrap: 'anywhere' },
  },
}));

/** Which line is whose, the same in every chart. */
export function CurveLegend(props: {
  origins: Origin[];
  lookOf(origin: string): LineLook;
  nameOf(origin: string): string;
}) {
  const { origins, lookOf, nameOf } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  return (
    <ul className={classes.root} aria-label={t('training.legend')}>
      {origins.slice(0, MAX_NAMED).map(({ key }) => {
        const { color, dash } = lookOf(key);
        return (
          <li key={key}>
            <svg width={24} height={8} aria-hidden>
              <line
                x1={0}
                x2={24}
                y1={4}
                y2={4}
                stroke={color}
                strokeWidth={2}
                strokeDasharray={dash.join(' ')}
              />
            </svg>
            <span>{nameOf(key)}</span>
          </li>
        );
      })}
      {origins.length > MAX_NAMED && (
        <li>{t('training.others', { count: origins.length - MAX_NAMED })}</li>
      )}
    </ul>
  );
}
