import { useCallback, useMemo } from 'react';
import Button from '@material-ui/core/Button';
import Typography from '@material-ui/core/Typography';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  isFinal,
  MAX_PAGE_ITEMS,
  stageKey,
  type Run,
  type RunSummary,
} from '@model-ci/backstage-plugin-model-ci-common';
import { EmptyState } from '@model-ci/backstage-plugin-model-ci-react';
import { useRuns, useSeriesOfRuns } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { ResourceView } from '../common';
import { CurveChart } from './CurveChart';
import { CurveLegend } from './CurveLegend';
import {
  AXES,
  differingParts,
  hasAxis,
  listOrigins,
  toLine,
  type Line,
  type Origin,
  type RunCurve,
} from './lines';
import { lineLook } from './looks';
import { TrainingControls } from './TrainingControls';
import { useTrainingView, type TrainingView } from './useTrainingView';

/** Charts that are drawn at a time; the server answers no more metrics at once. */
const CHARTS_PER_PAGE = 12;

const useStyles = makeStyles(theme => ({
  root: { padding: theme.spacing(2) },
  charts: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(360px, 100%), 1fr))',
    gap: theme.spacing(3, 2),
    marginTop: theme.spacing(2),
    '& > *': { minWidth: 0 },
  },
  pager: {
    display: 'flex',
    gap: theme.spacing(1),
    alignItems: 'center',
    marginTop: theme.spacing(1),
  },
}));

/** Whether a stage of the run reports series. */
export function hasSeries({ definition }: Run): boolean {
  return Object.values(definition?.stages ?? {}).some(
    ({ reports }) => reports.series !== undefined,
  );
}

/** The training curves of a run, and of others that are chosen, as they grow. */
export function Training(props: {
  run: Run;
  /** Keys of the stages and instances of the run that are shown; all of them if absent. */
  stages?: string[];
}) {
  const { run, stages } = props;
  const isShown = useCallback(
    (curve: RunCurve) =>
      curve.runId !== run.id ||
      stages === undefined ||
      stages.includes(stageKey(curve.stage, curve.instance)),
    [run.id, stages],
  );
  const view = useTrainingView();
  const runIds = [run.id, ...view.others.filter(other => other !== run.id)];
  const isRunning = !isFinal(run.status);
  const named = useSeriesOfRuns({ runIds, metrics: [], isRunning });
  return (
    <ResourceView resource={named}>
      {({ curves }) => (
        <NamedCurves
          run={run}
          view={view}
          runIds={runIds}
          isShown={isShown}
          curves={curves}
        />
      )}
    </ResourceView>
  );
}

function NamedCurves(props: {
  run: Run;
  view: TrainingView;
  runIds: string[];
  isShown(curve: RunCurve): boolean;
  curves: RunCurve[];
}) {
  const { run, view, runIds, isShown } = props;
  const curves = useMemo(
    () => props.curves.filter(isShown),
    [props.curves, isShown],
  );
  const { t } = useTranslationRef(modelCiTranslationRef);
  const filter = view.filter.toLowerCase();
  const metrics = [...new Set(curves.map(({ metric }) => metric))].filter(
    metric => metric.toLowerCase().includes(filter),
  );
  const pages = Math.max(1, Math.ceil(metrics.length / CHARTS_PER_PAGE));
  const page = Math.min(view.page, pages - 1);
  const shown = metrics.slice(
    page * CHARTS_PER_PAGE,
    (page + 1) * CHARTS_PER_PAGE,
  );
  const isRunning = !isFinal(run.status);
  const drawn = useSeriesOfRuns({
    runIds,
    metrics: shown,
    isRunning,
    enabled: shown.length > 0,
  });
  if (curves.length === 0) {
    return (
      <EmptyState
        title={t('training.empty.title')}
        description={t(
          isRunning ? 'training.empty.running' : 'training.empty.ended',
        )}
      />
    );
  }
  return (
    <DrawnCurves
      run={run}
      view={{ ...view, page }}
      pages={pages}
      metrics={shown}
      named={curves}
      isShown={isShown}
      drawn={drawn}
    />
  );
}

function DrawnCurves(props: {
  run: Run;
  view: TrainingView;
  pages: number;
  metrics: string[];
  named: RunCurve[];
  isShown(curve: RunCurve): boolean;
  drawn: ReturnType<typeof useSeriesOfRuns>;
}) {
  const { run, view, pages, metrics, named, isShown, drawn } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const curves = useMemo(
    () => (drawn.data?.curves ?? []).filter(isShown),
    [drawn.data, isShown],
  );
  const runs = useOtherRuns(run);
  const { lookOf, nameOf, nameOfRun, origins } = useNames(run, runs, named);
  const axes = AXES.filter(axis => hasAxis(curves, axis));
  const axis = axes.includes(view.axis) ? view.axis : 'step';
  const { smoothing, isLog } = view;
  const lines = useMemo(
    () => linesByMetric(curves, axis, smoothing),
    [curves, axis, smoothing],
  );
  return (
    <div className={classes.root}>
      <TrainingControls
        view={{ ...view, axis }}
        axes={axes}
        runs={runs}
        nameOfRun={nameOfRun}
      />
      <CurveLegend origins={origins} lookOf={lookOf} nameOf={nameOf} />
      {metrics.length === 0 && (
        <Typography color="textSecondary">{t('training.noMatch')}</Typography>
      )}
      {metrics.length > 0 && (
        <ResourceView resource={drawn}>
          {({ more }) => (
            <>
              {more && (
                <Typography color="textSecondary">
                  {t('training.more')}
                </Typography>
              )}
              <div className={classes.charts}>
                {metrics.map(metric => (
                  <CurveChart
                    key={metric}
                    metric={metric}
                    lines={lines.get(metric) ?? []}
                    axis={axis}
                    isLog={isLog}
                    lookOf={lookOf}
                    nameOf={nameOf}
                  />
                ))}
              </div>
            </>
          )}
        </ResourceView>
      )}
      {pages > 1 && (
        <div className={classes.pager}>
          <Button
            disabled={view.page === 0}
            onClick={() => view.change({ page: view.page - 1 })}
          >
            {t('training.previous')}
          </Button>
          {t('training.page', {
            page: String(view.page + 1),
            pages: String(pages),
          })}
          <Button
            disabled={view.page + 1 >= pages}
            onClick={() => view.change({ page: view.page + 1 })}
          >
            {t('training.next')}
          </Button>
        </div>
      )}
    </div>
  );
}

function useOtherRuns(run: Run): RunSummary[] {
  const { pipelineRef, id } = run;
  const { data } = useRuns({ pipelineRef, limit: MAX_PAGE_ITEMS });
  return (data?.items ?? []).filter(other => other.id !== id);
}

function linesByMetric(
  curves: RunCurve[],
  axis: (typeof AXES)[number],
  smoothing: number,
): Map<string, Line[]> {
  const lines = new Map<string, Line[]>();
  for (const curve of curves) {
    const line = toLine(curve, axis, smoothing);
    if (line) {
      lines.set(curve.metric, [...(lines.get(curve.metric) ?? []), line]);
    }
  }
  return lines;
}

/** What lines are called and how they look, by their origins. */
function useNames(run: Run, runs: RunSummary[], curves: RunCurve[]) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const theme = useTheme();
  return useMemo(() => {
    const origins = listOrigins(curves);
    const positions = new Map(origins.map(({ key }, at) => [key, at]));
    const byKey = new Map(origins.map(origin => [origin.key, origin]));
    const differing = differingParts(origins);
    const known = new Map<string, Pick<RunSummary, 'number' | 'version'>>([
      ...runs.map(other => [other.id, other] as const),
      [run.id, run],
    ]);
    const nameOfRun = (runId: string) => {
      const found = known.get(runId);
      if (!found) {
        return t('training.otherRun', { id: runId.slice(0, 8) });
      }
      return found.version === undefined
        ? t('training.run', { number: String(found.number) })
        : t('training.version', {
            number: String(found.number),
            version: String(found.version),
          });
    };
    const describe = ({ runId, stage, path }: Origin) =>
      [
        ...(differing.run ? [nameOfRun(runId)] : []),
        ...(differing.stage ? [stage] : []),
        ...(differing.path ? [path] : []),
      ].join(' · ') || path;
    return {
      origins,
      nameOfRun,
      nameOf: (key: string) => {
        const origin = byKey.get(key);
        return origin ? describe(origin) : key;
      },
      lookOf: (key: string) => lineLook(positions.get(key) ?? 0, theme),
    };
  }, [run, runs, curves, theme, t]);
}
