import Paper from '@material-ui/core/Paper';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  LineHistoryQuery,
  MetricLine,
} from '@model-ci/backstage-plugin-model-ci-common';
import { EmptyState } from '@model-ci/backstage-plugin-model-ci-react';
import {
  useLineHistory,
  useMetricLines,
  usePipeline,
  useUrlState,
} from '../../../hooks';
import { modelCiTranslationRef } from '../../../translation';
import { ResourceView } from '../../common';
import { HistoryChart } from './HistoryChart';
import { HistoryTable } from './HistoryTable';
import { LineSelection } from './LineSelection';
import { chooseLine, readWindow } from './lines';
import { PointDetails } from './PointDetails';

/** Enough to fill every pixel of a wide screen; the server thins what is more. */
const POINTS_DRAWN = 1000;

const useStyles = makeStyles(theme => ({
  paper: { padding: theme.spacing(2), marginBottom: theme.spacing(2) },
}));

/** One metric over versions or time: a chart, the chosen point, and a table. The whole selection is in the URL. */
export function History({ pipelineRef }: { pipelineRef: string }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const lines = useMetricLines(pipelineRef);
  return (
    <ResourceView resource={lines}>
      {({ items, more }) =>
        items.length === 0 ? (
          <EmptyState
            title={t('evaluations.empty.title')}
            description={t('evaluations.empty.description')}
          />
        ) : (
          <ChosenLine pipelineRef={pipelineRef} lines={items} more={more} />
        )
      }
    </ResourceView>
  );
}

function ChosenLine(props: {
  pipelineRef: string;
  lines: MetricLine[];
  more: boolean;
}) {
  const { pipelineRef, lines, more } = props;
  const classes = useStyles();
  const { params } = useUrlState();
  const selection = chooseLine(lines, part => params.get(part));
  const query: LineHistoryQuery = {
    ...(selection?.line ?? lines[0]),
    ...readWindow(params),
    datasetDigest: params.get('data') ?? undefined,
    limit: POINTS_DRAWN,
  };
  const history = useLineHistory(pipelineRef, query);
  return (
    <>
      <Paper className={classes.paper}>
        <LineSelection
          choices={selection?.choices ?? []}
          digests={history.data?.digests ?? []}
          more={more}
        />
        <ResourceView resource={history}>
          {data => <LineView pipelineRef={pipelineRef} history={data} />}
        </ResourceView>
      </Paper>
      {history.data && history.data.points.length > 0 && (
        <Paper>
          <HistoryTable
            pipelineRef={pipelineRef}
            history={history.data}
            query={query}
          />
        </Paper>
      )}
    </>
  );
}

function LineView(props: {
  pipelineRef: string;
  history: Parameters<typeof HistoryChart>[0]['history'];
}) {
  const { pipelineRef, history } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const { params, set } = useUrlState();
  const sourceUrl = usePipeline(pipelineRef).data?.sourceUrl;
  const chosen = history.points.findIndex(
    point => pointKey(point) === params.get('point'),
  );
  if (history.points.length === 0) {
    return (
      <EmptyState
        title={t('history.none.title')}
        description={t('history.none.description')}
      />
    );
  }
  return (
    <>
      <HistoryChart
        history={history}
        axis={params.get('axis') === 'time' ? 'time' : 'order'}
        chosen={chosen < 0 ? undefined : chosen}
        onChoose={index => set({ point: pointKey(history.points[index]) })}
      />
      {chosen >= 0 && (
        <PointDetails
          pipelineRef={pipelineRef}
          point={history.points[chosen]}
          sourceUrl={sourceUrl}
          onClose={() => set({ point: undefined })}
        />
      )}
    </>
  );
}

function pointKey({ runId, stage }: { runId: string; stage: string }): string {
  return `${runId} ${stage}`;
}
