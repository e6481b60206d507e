import { useId } from 'react';
import Checkbox from '@material-ui/core/Checkbox';
import Chip from '@material-ui/core/Chip';
import FormControl from '@material-ui/core/FormControl';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import InputLabel from '@material-ui/core/InputLabel';
import NativeSelect from '@material-ui/core/NativeSelect';
import Slider from '@material-ui/core/Slider';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { RunSummary } from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiTranslationRef } from '../../translation';
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
        <FormControl className={classes.axis}>
          <InputLabel htmlFor={`${id}-axis`} shrink>
            {t('training.axis.label')}
          </InputLabel>
          <NativeSelect
            value={view.axis}
            inputProps={{ id: `${id}-axis` }}
            onChange={event =>
              change({
                axis: axes.find(axis => axis === event.target.value),
              })
            }
          >
            {axes.map(axis => (
              <option key={axis} value={axis}>
                {t(`training.axis.${axis}`)}
              </option>
            ))}
          </NativeSelect>
        </FormControl>
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
          <FormControl className={classes.axis}>
            <InputLabel htmlFor={`${id}-run`} shrink>
              {t('training.addRun')}
            </InputLabel>
            <NativeSelect
              value=""
              inputProps={{ id: `${id}-run` }}
              onChange={event =>
                change({ others: [...others, event.target.value] })
              }
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
            </NativeSelect>
          </FormControl>
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
