import { useState } from 'react';
import FormControl from '@material-ui/core/FormControl';
import NativeSelect from '@material-ui/core/NativeSelect';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  ParityFigure,
  ParityResult,
} from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiTranslationRef } from '../../translation';
import { DifferingTable } from './DifferingTable';
import { figuresOf } from './parityFigures';
import { ParityHistory } from './ParityHistory';
import { ParityMatrix } from './ParityMatrix';

const useStyles = makeStyles(theme => ({
  root: { display: 'grid', gap: theme.spacing(2), minWidth: 0 },
  head: { display: 'flex', alignItems: 'center', gap: theme.spacing(2) },
}));

/** How the environments of a stage compare, which examples differ most, and how it was before. */
export function ParityView(props: {
  pipelineRef: string;
  stage: string;
  result: ParityResult;
}) {
  const { pipelineRef, stage, result } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const known = figuresOf(result);
  const [chosen, choose] = useState<string>();
  const figure: ParityFigure =
    known.find(name => name === chosen) ?? known[0] ?? 'd';
  return (
    <section className={classes.root} aria-label={t('parity.title')}>
      <div className={classes.head}>
        <Typography variant="subtitle1" component="h3">
          {t('parity.title')}
        </Typography>
        {known.length > 1 ? (
          <FormControl>
            <NativeSelect
              value={figure}
              inputProps={{ 'aria-label': t('parity.figure') }}
              onChange={event => choose(event.target.value)}
            >
              {known.map(name => (
                <option key={name} value={name}>
                  {t(`parity.figure.${name}`)}
                </option>
              ))}
            </NativeSelect>
          </FormControl>
        ) : (
          <Typography color="textSecondary">
            {t(`parity.figure.${figure}`)}
          </Typography>
        )}
      </div>
      <ParityMatrix result={result} figure={figure} />
      <Typography variant="subtitle1" component="h3">
        {t('parity.differing.title')}
      </Typography>
      <DifferingTable result={result} />
      <ParityHistory
        pipelineRef={pipelineRef}
        stage={stage}
        reference={result.reference}
        figure={figure}
      />
    </section>
  );
}
