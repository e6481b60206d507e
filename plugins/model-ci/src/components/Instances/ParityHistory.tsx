import Typography from '@material-ui/core/Typography';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import { Link } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  parityMetric,
  type ParityFigure,
  type PipelineParity,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatMetric } from '../../format';
import { usePipelineParity } from '../../hooks';
import { runRouteRef } from '../../routes';
import { modelCiTranslationRef } from '../../translation';
import { ResourceView } from '../common';
import { rampColor } from './ramp';

const WIDTH = 720;
const HEIGHT = 180;
const LEFT = 84;
const MARGIN = 20;
/** Below the lowest line, for the numbers of runs. */
const FOOT = 40;
/** As many numbers of runs as can be read side by side. */
const MAX_LABELS = 12;

const useStyles = makeStyles(theme => ({
  root: { overflowX: 'auto' },
  axis: { stroke: theme.palette.divider },
  text: { fill: theme.palette.text.secondary, fontSize: 11.5 },
  legend: { display: 'flex', flexWrap: 'wrap', gap: theme.spacing(2) },
}));

/** How far each environment lay from the reference in the runs so far. */
export function ParityHistory(props: {
  pipelineRef: string;
  stage: string;
  reference: string;
  figure: ParityFigure;
}) {
  const { pipelineRef, stage, reference, figure } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const parity = usePipelineParity(pipelineRef, stage);
  const named = { figure: t(`parity.figure.${figure}`), reference };
  return (
    <>
      <Typography variant="subtitle1" component="h3">
        {t('parity.history.title', named)}
      </Typography>
      <ResourceView resource={parity}>
        {({ history }) => {
          const lines = history.filter(
            ({ metric }) => metric === parityMetric(figure),
          );
          return lines.length > 0 ? (
            <Lines lines={lines} label={t('parity.history.label', named)} />
          ) : (
            <Typography color="textSecondary">
              {t('parity.history.empty')}
            </Typography>
          );
        }}
      </ResourceView>
    </>
  );
}

function Lines(props: { lines: PipelineParity['history']; label: string }) {
  const { lines, label } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const theme = useTheme();
  const language = useLanguage();
  const runRoute = useRouteRef(runRouteRef);
  const runs = [
    ...new Set(lines.flatMap(({ points }) => points.map(p => p.runNumber))),
  ].sort((a, b) => a - b);
  const highest = Math.max(
    ...lines.flatMap(({ points }) => points.map(({ value }) => value)),
  );
  const x = (run: number) =>
    LEFT + ((WIDTH - LEFT - MARGIN) * (runs.indexOf(run) + 0.5)) / runs.length;
  const y = (value: number) =>
    MARGIN +
    (HEIGHT - MARGIN - FOOT) * (1 - (highest === 0 ? 0 : value / highest));
  const colorOf = (index: number) =>
    rampColor(lines.length === 1 ? 0 : index / (lines.length - 1), theme);
  return (
    <>
      <div className={classes.root}>
        <svg role="group" aria-label={label} width={WIDTH} height={HEIGHT}>
          {[...new Set([0, highest])].map(value => (
            <g key={value}>
              <line
                className={classes.axis}
                x1={LEFT}
                x2={WIDTH - MARGIN}
                y1={y(value)}
                y2={y(value)}
              />
              <text
                className={classes.text}
                x={LEFT - 8}
                y={y(value) + 4}
                textAnchor="end"
              >
                {formatMetric(value, undefined, language)}
              </text>
            </g>
          ))}
          {labelled(runs).map(run => (
            <text
              key={run}
              className={classes.text}
              x={x(run)}
              y={HEIGHT - FOOT / 2 + 4}
              textAnchor="middle"
            >
              #{run}
            </text>
          ))}
          {lines.map(({ environment, points }, index) => (
            <g key={environment}>
              <polyline
                points={points
                  .map(({ runNumber, value }) => `${x(runNumber)},${y(value)}`)
                  .join(' ')}
                fill="none"
                stroke={colorOf(index)}
                strokeWidth={2}
              />
              {points.map(point => {
                const what = t(
                  point.version === undefined
                    ? 'parity.history.point'
                    : 'parity.history.pointOfVersion',
                  {
                    environment,
                    run: String(point.runNumber),
                    version: String(point.version),
                    value: formatMetric(point.value, undefined, language),
                  },
                );
                return (
                  <Link
                    key={point.runId}
                    to={runRoute?.({ runId: point.runId }) ?? ''}
                    aria-label={what}
                  >
                    <circle
                      cx={x(point.runNumber)}
                      cy={y(point.value)}
                      r={5}
                      fill={colorOf(index)}
                    >
                      <title>{what}</title>
                    </circle>
                  </Link>
                );
              })}
            </g>
          ))}
        </svg>
      </div>
      <div className={classes.legend}>
        {lines.map(({ environment }, index) => (
          <span key={environment}>
            <svg width={12} height={12} aria-hidden="true">
              <circle cx={6} cy={6} r={5} fill={colorOf(index)} />
            </svg>{' '}
            {environment}
          </span>
        ))}
      </div>
    </>
  );
}

/** The newest run, and of the others as many as there is room for. */
function labelled(runs: number[]): number[] {
  const each = Math.ceil(runs.length / MAX_LABELS);
  return runs.filter((_, index) => (runs.length - 1 - index) % each === 0);
}
