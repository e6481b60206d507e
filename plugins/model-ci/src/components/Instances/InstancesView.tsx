import { useState } from 'react';
import FormControl from '@material-ui/core/FormControl';
import NativeSelect from '@material-ui/core/NativeSelect';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  RunStageInstance,
  StageConclusion,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatMetric } from '../../format';
import { modelCiTranslationRef } from '../../translation';
import { metricName, metricNames, parameterNames } from './coordinates';
import { InstancesTable } from './InstancesTable';
import { ParallelCoordinates } from './ParallelCoordinates';
import { ParityView } from './ParityView';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'grid',
    gap: theme.spacing(2),
    '& > *': { minWidth: 0 },
  },
}));

/** All executions of a stage: how they compare, and each of them. */
export function InstancesView(props: {
  pipelineRef: string;
  stage: string;
  instances: RunStageInstance[];
  conclusion?: StageConclusion;
  onSelect: (key: string) => void;
}) {
  const { pipelineRef, stage, instances, conclusion, onSelect } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const language = useLanguage();
  const selection = conclusion?.selection;
  return (
    <div className={classes.root}>
      {selection && (
        <Typography>
          {t('instances.selection', {
            key: selection.key,
            metric: metricName(selection),
            value: formatMetric(selection.value, undefined, language),
            measured: String(selection.considered),
          })}
        </Typography>
      )}
      {conclusion?.parity && (
        <ParityView
          pipelineRef={pipelineRef}
          stage={stage}
          result={conclusion.parity}
        />
      )}
      <Plot
        instances={instances}
        preferred={selection && metricName(selection)}
        onSelect={onSelect}
      />
      <Typography variant="subtitle1" component="h3">
        {t('instances.table.title')}
      </Typography>
      <InstancesTable instances={instances} onSelect={onSelect} />
    </div>
  );
}

/** Of instances that have parameters, once they have measured something. */
function Plot(props: {
  instances: RunStageInstance[];
  preferred?: string;
  onSelect: (key: string) => void;
}) {
  const { instances, preferred, onSelect } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const [chosen, choose] = useState<string>();
  const metrics = metricNames(instances);
  const metric =
    [chosen, preferred].find(
      name => name !== undefined && metrics.includes(name),
    ) ?? metrics[0];
  if (metric === undefined || parameterNames(instances).length === 0) {
    return null;
  }
  return (
    <section>
      <Typography variant="subtitle1" component="h3">
        {t('instances.plot.title', { metric })}
      </Typography>
      {metrics.length > 1 && (
        <FormControl>
          <NativeSelect
            value={metric}
            inputProps={{ 'aria-label': t('instances.plot.metric') }}
            onChange={event => choose(event.target.value)}
          >
            {metrics.map(name => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </NativeSelect>
        </FormControl>
      )}
      <ParallelCoordinates
        instances={instances}
        metric={metric}
        onSelect={onSelect}
      />
    </section>
  );
}
