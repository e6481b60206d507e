import { useId } from 'react';
import Checkbox from '@material-ui/core/Checkbox';
import Chip from '@material-ui/core/Chip';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import Slider from '@material-ui/core/Slider';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { RunSummary } from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiTranslationRef } from '../../translation';
import { Select } from '../common';
import type { CurveAxis } from './lines';
import {
  MAX_OTHERS,
  MAX_SMOOTHING,
  type TrainingView,
} from './useTrainingView';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1, 3),
    alignItems: 'flex-end',
    '& select': { maxWidth: 280, textOverflow: 'ellipsis' },
  },
  slider: { width: 180 },
  // Its label is longer than what can be chosen.
  axis: { minWidth: 130 },
  chips: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1),
    marginTop: theme.spacing(1),
  },
}));

/** Chooses how curves are drawn, and which other runs with them. */
export function TrainingControls(props: {
  view: TrainingView;
  axes: CurveAxis[];
  /** Other runs of the pipeline. */
  runs: RunSummary[];
  nameOfRun(runId: string): string;
}) {
  const { view, axes, runs, nameOfRun } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const id = useId();
  const { others, change } = view;
  return (
    <>
      <div className={classes.root}>
        <TextField
          id={`${id}-filter`}
          label={t('training.filter')}
          value={view.filter}
          onChange={event => change({ filter: event.target.value })}
        />
        <Select
          className={classes.axis}
          label={t('training.axis.label')}
          value={view.axis}
          onChange={value =>
            change({ axis: axes.find(axis => axis === value) })
          }
        >
          {axes.map(axis => (
            <option key={axis} value={axis}>
              {t(`training.axis.${axis}`)}
            </option>
          ))}
        </Select>
        <FormControlLabel
          control={
            <Checkbox
              color="primary"
              checked={view.isLog}
              onChange={event => change({ isLog: event.target.checked })}
            />
          }
          label={t('training.log')}
        />
        <div className={classes.slider}>
          <Typography variant="caption" id={`${id}-smoothing`}>
            {t('training.smoothing', { weight: view.smoothing.toFixed(2) })}
          </Typography>
          <Slider
            value={view.smoothing}
            min={0}
            max={MAX_SMOOTHING}
            step={0.01}
            aria-labelledby={`${id}-smoothing`}
            onChange={(_, value) => change({ smoothing: Number(value) })}
          />
        </div>
        {runs.length > 0 && others.length < MAX_OTHERS && (
          <Select
            className={classes.axis}
            label={t('training.addRun')}
            value=""
            onChange={value => change({ others: [...others, value] })}
          >
            <option value="" aria-label={t('training.noRun')} />
            {runs
              .filter(run => !others.includes(run.id))
              .map(run => (
                <option key={run.id} value={run.id}>
                  {[nameOfRun(run.id), run.branch, run.commitMessage]
                    .filter(Boolean)
                    .join(' · ')}
                </option>
              ))}
          </Select>
        )}
      </div>
      {others.length > 0 && (
        <div className={classes.chips}>
          {others.map(runId => (
            <Chip
              key={runId}
              size="small"
              label={nameOfRun(runId)}
              onDelete={() =>
                change({ others: others.filter(other => other !== runId) })
              }
            />
          ))}
        </div>
      )}
    </>
  );
}
