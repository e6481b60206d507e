import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { makeStyles } from '@material-ui/core/styles';
import CheckCircleIcon from '@material-ui/icons/CheckCircle';
import ErrorOutlineIcon from '@material-ui/icons/ErrorOutline';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  ParityFigure,
  ParityResult,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useTableStyles } from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { ToneBadge } from '../common';
import { MetricValue } from '../metrics';
import { betweenOf, noiseOf } from './parityFigures';

const useStyles = makeStyles(theme => ({
  floor: { color: theme.palette.text.secondary },
  note: { color: theme.palette.text.secondary, fontSize: 12 },
}));

/** One figure for each two environments, beside the noise of both. */
export function ParityMatrix(props: {
  result: ParityResult;
  figure: ParityFigure;
}) {
  const { result, figure } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const own = useStyles();
  const names = result.environments.map(({ name }) => name);
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('parity.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell />
            {names.map(name => (
              <TableCell key={name}>
                <code>{name}</code>
                {name === result.reference && (
                  <div className={own.note}>{t('parity.reference')}</div>
                )}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {names.map(a => (
            <TableRow key={a}>
              <TableCell component="th" scope="row">
                <code>{a}</code>
              </TableCell>
              {names.map(b => (
                <ParityCell key={b} {...{ result, figure, a, b }} />
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

function labelOf(value: number, isNoise: boolean) {
  if (value === 0) {
    return 'parity.equal';
  }
  return isNoise ? 'parity.withinNoise' : 'parity.aboveNoise';
}

function ParityCell(props: {
  result: ParityResult;
  figure: ParityFigure;
  a: string;
  b: string;
}) {
  const { result, figure, a, b } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const figures = betweenOf(result, a, b);
  const value = figures?.[figure];
  if (a === b) {
    return (
      <TableCell className={classes.floor}>
        {value === undefined ? (
          t('parity.noFloor')
        ) : (
          <MetricValue value={value} />
        )}
        <div className={classes.note}>{t('parity.floor')}</div>
      </TableCell>
    );
  }
  const noise = noiseOf(result, figure, a, b);
  const isNoise = value === 0 || (noise !== undefined && (value ?? 0) <= noise);
  const isJudged = value !== undefined && (value === 0 || noise !== undefined);
  return (
    <TableCell>
      {value === undefined ? '–' : <MetricValue value={value} />}
      {isJudged && (
        <div>
          <ToneBadge
            icon={isNoise ? CheckCircleIcon : ErrorOutlineIcon}
            tone={isNoise ? 'good' : 'broken'}
            label={t(labelOf(value, isNoise))}
          />
        </div>
      )}
      {figures !== undefined && figures.unmatched > 0 && (
        <div className={classes.note}>
          {t('parity.unmatched', { count: figures.unmatched })}
        </div>
      )}
    </TableCell>
  );
}
