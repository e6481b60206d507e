import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  isFinal,
  stageKey,
  type GpuUsage,
  type Run,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  EmptyState,
  ReasonText,
  useLanguage,
} from '@model-ci/backstage-plugin-model-ci-react';
import { formatBytes, formatDuration, formatPercent } from '../../format';
import { useRunGpus } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { ResourceView } from '../common';
import { MiniChart } from './MiniChart';
import { useEnergyText } from './useEnergyText';

const useStyles = makeStyles(theme => ({
  device: { marginBottom: theme.spacing(3) },
  note: { color: theme.palette.text.secondary, overflowWrap: 'anywhere' },
  charts: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(220px, 100%), 1fr))',
    gap: theme.spacing(2),
    marginTop: theme.spacing(1),
    alignItems: 'end',
    '& > *': { minWidth: 0 },
  },
  remark: { marginTop: theme.spacing(1) },
}));

/** What the GPUs of one attempt of a stage did. */
export function StageGpus(props: {
  run: Run;
  /** Key of the stage or instance. */
  stage: string;
  attempt?: number;
}) {
  const { run, stage, attempt } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const gpus = useRunGpus({ runId: run.id, isRunning: !isFinal(run.status) });
  return (
    <ResourceView resource={gpus}>
      {({ usages, omitted = 0 }) => {
        const own = usages.filter(
          usage =>
            stageKey(usage.stage, usage.instance) === stage &&
            usage.attempt === attempt,
        );
        return own.length > 0 ? (
          own.map(usage => <Device key={usage.device} usage={usage} />)
        ) : (
          <EmptyState
            title={t('gpus.empty.title')}
            description={
              omitted > 0
                ? t('gpus.empty.omitted', { omitted })
                : t('gpus.empty.description')
            }
          />
        );
      }}
    </ResourceView>
  );
}

function Device({ usage }: { usage: GpuUsage }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const language = useLanguage();
  const { model, device, driver, remark } = usage;
  return (
    <section className={classes.device}>
      <Typography variant="subtitle2" component="h3">
        {model ?? device}
      </Typography>
      <Typography variant="body2" className={classes.note}>
        {[
          ...(model === undefined ? [] : [device]),
          ...(driver === undefined ? [] : [t('gpus.driver', { driver })]),
          t('gpus.measured', {
            time: formatDuration(usage.seconds * 1000, language),
          }),
        ].join(' · ')}
      </Typography>
      {remark && (
        <Alert className={classes.remark} severity="warning" variant="outlined">
          <ReasonText reason={remark} />
        </Alert>
      )}
      <Charts usage={usage} />
    </section>
  );
}

function Charts({ usage }: { usage: GpuUsage }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const language = useLanguage();
  const describe = useEnergyText();
  const { points, utilization, peakMemoryBytes, memoryBytes, energy } = usage;
  const { seconds } = points;
  const watts = points.watts.filter(value => value !== null);
  return (
    <div className={classes.charts}>
      {utilization !== undefined && (
        <MiniChart
          name={t('gpus.utilization')}
          value={t('gpus.mean', {
            share: formatPercent(Math.round(utilization * 100) / 100),
          })}
          seconds={seconds}
          values={points.utilization}
          max={1}
        />
      )}
      {peakMemoryBytes !== undefined && (
        <MiniChart
          name={t('gpus.memory')}
          value={t('gpus.peak', {
            peak: formatBytes(peakMemoryBytes, language),
            total:
              memoryBytes === undefined
                ? '?'
                : formatBytes(memoryBytes, language),
          })}
          seconds={seconds}
          values={points.memoryBytes}
          max={memoryBytes ?? peakMemoryBytes}
        />
      )}
      {energy && (
        <MiniChart
          name={t('gpus.power')}
          value={describe(energy)}
          seconds={seconds}
          values={points.watts}
          max={Math.max(...watts, 1)}
        />
      )}
    </div>
  );
}
