import type { ReactNode } from 'react';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import TableSortLabel from '@material-ui/core/TableSortLabel';
import WarningIcon from '@material-ui/icons/WarningOutlined';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import type { PipelineSummary } from '@model-ci/backstage-plugin-model-ci-common';
import {
  Timestamp,
  useReasonText,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { ServedVersions, StatusBadge } from '../common';
import { MetricChange, MetricValue } from '../metrics';
import { RunLink } from '../runs';
import { RecentRuns } from './RecentRuns';

const METRICS_SHOWN = 3;

/** Each order has one direction: names from A on, the latest run first. */
const DIRECTIONS = { title: 'asc', lastRun: 'desc' } as const;

export type PipelineOrder = keyof typeof DIRECTIONS;

export function parsePipelineOrder(text: string | null): PipelineOrder {
  return text === 'lastRun' ? text : 'title';
}

/** One row per pipeline: who owns it, how its last run went, how good its model is and where it serves. */
export function PipelinesTable(props: {
  pipelines: PipelineSummary[];
  sort: PipelineOrder;
  onSort(sort: PipelineOrder): void;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('pipelines.caption')}</caption>
        <TableHead>
          <TableRow>
            <SortHeading {...props} by="title">
              {t('pipelines.column.pipeline')}
            </SortHeading>
            <TableCell>{t('pipelines.column.owner')}</TableCell>
            <SortHeading {...props} by="lastRun">
              {t('pipelines.column.lastRun')}
            </SortHeading>
            <TableCell>{t('pipelines.column.metrics')}</TableCell>
            <TableCell>{t('pipelines.column.serving')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {props.pipelines.map(pipeline => (
            <TableRow key={pipeline.pipelineRef}>
              <TableCell className={classes.clipped}>
                <EntityRefLink
                  entityRef={pipeline.pipelineRef}
                  title={pipeline.title}
                  disableTooltip
                  hideIcon
                />
                {pipeline.sourceState && (
                  <SourceWarning {...pipeline.sourceState} />
                )}
                {pipeline.description && (
                  <div
                    className={`${classes.muted} ${classes.clip}`}
                    title={pipeline.description}
                  >
                    {pipeline.description}
                  </div>
                )}
              </TableCell>
              <TableCell>
                <EntityRefLink
                  entityRef={pipeline.owner}
                  defaultKind="group"
                  hideIcon
                />
              </TableCell>
              <TableCell className={classes.nowrap}>
                <LastRun pipeline={pipeline} />
              </TableCell>
              <TableCell>
                <LatestMetrics pipeline={pipeline} />
              </TableCell>
              <TableCell>
                <ServedVersions
                  pipelineRef={pipeline.pipelineRef}
                  deployed={pipeline.deployed}
                />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

function SortHeading(props: {
  by: PipelineOrder;
  sort: PipelineOrder;
  onSort(sort: PipelineOrder): void;
  children: ReactNode;
}) {
  const { by, sort, onSort, children } = props;
  const direction = DIRECTIONS[by];
  const isActive = sort === by;
  return (
    <TableCell sortDirection={isActive && direction}>
      <TableSortLabel
        active={isActive}
        direction={direction}
        onClick={() => onSort(by)}
      >
        {children}
      </TableSortLabel>
    </TableCell>
  );
}

/** That something is wrong with the repository; the page of the pipeline says what. */
function SourceWarning({
  reason,
}: NonNullable<PipelineSummary['sourceState']>) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const describe = useReasonText();
  const text = describe(reason);
  return (
    <div className={classes.clip} title={text}>
      <WarningIcon
        fontSize="inherit"
        titleAccess={t('pipelines.sourceProblem')}
      />{' '}
      {text}
    </div>
  );
}

function LastRun({ pipeline }: { pipeline: PipelineSummary }) {
  const { latestRun: run } = pipeline;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const describe = useReasonText();
  if (!run) {
    return <span className={classes.muted}>{t('pipelines.noRun')}</span>;
  }
  return (
    <>
      <RunLink runId={run.id} number={run.number}>
        <StatusBadge
          status={run.status}
          decided={run.decided}
          title={run.reason && describe(run.reason)}
        />{' '}
        <span className={classes.middle}>#{run.number}</span>
      </RunLink>
      <div className={classes.muted}>
        <Timestamp time={run.finishedAt ?? run.startedAt ?? run.createdAt} />
      </div>
      <RecentRuns runs={pipeline.recentRuns} />
    </>
  );
}

function LatestMetrics({ pipeline }: { pipeline: PipelineSummary }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const { latestMetrics } = pipeline;
  if (latestMetrics.length === 0) {
    return <span className={classes.muted}>{t('pipelines.noMetrics')}</span>;
  }
  const rest = latestMetrics.length - METRICS_SHOWN;
  return (
    <>
      {latestMetrics.slice(0, METRICS_SHOWN).map(metric => (
        <div
          key={`${metric.metric} ${metric.dataset}`}
          className={classes.nowrap}
          title={metric.dataset}
        >
          <span className={classes.muted}>{metric.metric}</span>{' '}
          <MetricValue value={metric.value} unit={metric.unit} />{' '}
          <MetricChange metric={metric} />
        </div>
      ))}
      {rest > 0 && (
        <span className={classes.muted}>
          {t('pipelines.moreMetrics', { count: rest })}
        </span>
      )}
    </>
  );
}
