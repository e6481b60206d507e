import { useState } from 'react';
import Accordion from '@material-ui/core/Accordion';
import AccordionDetails from '@material-ui/core/AccordionDetails';
import AccordionSummary from '@material-ui/core/AccordionSummary';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import ExpandMoreIcon from '@material-ui/icons/ExpandMore';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { PipelineSchedules } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  Timestamp,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { useSchedules } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { PermissionButton, ResourceView, UserLink } from '../common';
import { SchedulesTable } from './SchedulesTable';

const useStyles = makeStyles(theme => ({
  root: { marginTop: theme.spacing(2) },
  details: { display: 'block', padding: 0 },
  note: { padding: theme.spacing(0, 2, 2) },
  bar: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(2),
  },
}));

interface OfPipeline {
  pipelineRef: string;
  owner?: string;
}

/** When runs start by themselves; closed until somebody asks. */
export function SchedulesCard(props: OfPipeline) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const [isOpen, setOpen] = useState(false);
  return (
    <Accordion
      className={classes.root}
      expanded={isOpen}
      onChange={(_, open) => setOpen(open)}
    >
      <AccordionSummary expandIcon={<ExpandMoreIcon />}>
        <div>
          <Typography variant="h6" component="h2">
            {t('schedules.title')}
          </Typography>
          <Typography variant="body2" color="textSecondary">
            {t('schedules.description')}
          </Typography>
        </div>
      </AccordionSummary>
      <AccordionDetails className={classes.details}>
        {isOpen && <Schedules {...props} />}
      </AccordionDetails>
    </Accordion>
  );
}

function Schedules(props: OfPipeline) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const schedules = useSchedules(props.pipelineRef);
  return (
    <ResourceView resource={schedules}>
      {({ items, paused }) => (
        <>
          {items.length > 0 ? (
            <SchedulesTable schedules={items} isPaused={paused !== undefined} />
          ) : (
            <Typography color="textSecondary" className={classes.note}>
              {t('schedules.empty')}
            </Typography>
          )}
          {(items.length > 0 || paused) && (
            <PauseBar {...props} paused={paused} onChange={schedules.reload} />
          )}
        </>
      )}
    </ResourceView>
  );
}

function PauseBar(
  props: OfPipeline & {
    paused: PipelineSchedules['paused'];
    onChange: () => void;
  },
) {
  const { pipelineRef, owner, paused, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const api = useApi(modelCiApiRef);
  const change = useAction(async () => {
    await (paused
      ? api.resumeSchedules(pipelineRef)
      : api.pauseSchedules(pipelineRef));
    onChange();
  });
  return (
    <div className={classes.bar}>
      {paused && (
        <Typography variant="body2">
          {t('schedules.pausedBy')} <UserLink entityRef={paused.by} />
          {' · '}
          <Timestamp time={paused.at} />
        </Typography>
      )}
      <PermissionButton
        {...{ pipelineRef, owner }}
        action="run"
        variant="outlined"
        size="small"
        disabled={change.pending}
        onClick={() => change.run()}
      >
        {t(paused ? 'schedules.resume' : 'schedules.pause')}
      </PermissionButton>
      {change.error && (
        <ErrorNotice
          error={change.error}
          title={t('common.actionFailed')}
          onClose={change.reset}
        />
      )}
    </div>
  );
}
