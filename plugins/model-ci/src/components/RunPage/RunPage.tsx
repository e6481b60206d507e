import { useState } from 'react';
import Accordion from '@material-ui/core/Accordion';
import AccordionDetails from '@material-ui/core/AccordionDetails';
import AccordionSummary from '@material-ui/core/AccordionSummary';
import Paper from '@material-ui/core/Paper';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import ExpandMoreIcon from '@material-ui/icons/ExpandMore';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  parseStageKey,
  type Run,
} from '@model-ci/backstage-plugin-model-ci-common';
import { usePipeline, useRun } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { ResourceView } from '../common';
import { hasSeries, Training } from '../Training';
import { PageFrame } from '../ModelCiPage/PageFrame';
import { DatasetsTable } from './DatasetsTable';
import { HistoryTable } from './HistoryTable';
import { DefinitionErrors } from './DefinitionErrors';
import { RunHeader } from './RunHeader';
import { useSelection } from './selection';
import { StageGraph } from './StageGraph';
import { StagePanel } from './StagePanel';

const useStyles = makeStyles(theme => ({
  stack: {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(2),
    // Wide tables and the graph scroll in themselves, not the page.
    '& > *': { minWidth: 0 },
  },
  title: { padding: theme.spacing(2, 2, 0) },
  note: { padding: theme.spacing(1, 2, 2) },
  details: { display: 'block', padding: 0 },
}));

/** Everything about one run, live. */
export function RunPage(props: { runId: string }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const run = useRun(props.runId);
  const missing =
    run.error && 'statusCode' in run.error && run.error.statusCode === 404;
  return (
    <PageFrame
      title={
        run.data
          ? t('run.title', { number: String(run.data.number) })
          : t('run.titleUnknown')
      }
      pipelineRef={run.data?.pipelineRef}
    >
      <ResourceView
        resource={run}
        errorTitle={missing ? t('run.notFound') : undefined}
      >
        {data => <RunView run={data} onChange={run.reload} />}
      </ResourceView>
    </PageFrame>
  );
}

function RunView(props: { run: Run; onChange: () => void }) {
  const { run, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const selection = useSelection(run);
  const pipeline = usePipeline(run.pipelineRef).data;

  return (
    <div className={classes.stack}>
      <RunHeader run={run} pipeline={pipeline} onChange={onChange} />
      {run.definitionErrors.length > 0 && (
        <DefinitionErrors errors={run.definitionErrors} />
      )}
      {(run.stages.length > 0 || run.definitionErrors.length === 0) && (
        <Paper>
          <Typography variant="h6" component="h2" className={classes.title}>
            {t('run.graph.title')}
          </Typography>
          {run.stages.length > 0 ? (
            <StageGraph
              stages={run.stages}
              selected={
                selection.stage && parseStageKey(selection.stage.name).stage
              }
              onSelect={selection.selectStage}
            />
          ) : (
            <Typography color="textSecondary" className={classes.note}>
              {t('run.graph.empty')}
            </Typography>
          )}
        </Paper>
      )}
      {selection.stage && (
        <StagePanel
          run={run}
          stage={selection.stage}
          selection={selection}
          owner={pipeline?.owner}
          onChange={onChange}
        />
      )}
      {hasSeries(run) && (
        <Paper component="section" aria-label={t('training.title')}>
          <Typography variant="h6" component="h2" className={classes.title}>
            {t('training.title')}
          </Typography>
          <Training run={run} />
        </Paper>
      )}
      <Paper>
        <Typography variant="h6" component="h2" className={classes.title}>
          {t('run.datasets.title')}
        </Typography>
        {run.datasets.length > 0 ? (
          <DatasetsTable datasets={run.datasets} />
        ) : (
          <Typography color="textSecondary" className={classes.note}>
            {t('run.datasets.empty')}
          </Typography>
        )}
      </Paper>
      <History run={run} />
    </div>
  );
}

function History({ run }: { run: Run }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const [open, setOpen] = useState(false);
  return (
    <Accordion
      expanded={open}
      onChange={(_, expanded) => setOpen(expanded)}
      TransitionProps={{ unmountOnExit: true }}
    >
      <AccordionSummary
        expandIcon={<ExpandMoreIcon />}
        aria-controls="model-ci-run-history"
        id="model-ci-run-history-title"
      >
        <Typography variant="h6" component="h2">
          {t('run.history.title')}{' '}
          <Typography color="textSecondary" component="span">
            {t('run.history.count', { count: run.history.length })}
          </Typography>
        </Typography>
      </AccordionSummary>
      <AccordionDetails className={classes.details} id="model-ci-run-history">
        <HistoryTable history={run.history} />
      </AccordionDetails>
    </Accordion>
  );
}
