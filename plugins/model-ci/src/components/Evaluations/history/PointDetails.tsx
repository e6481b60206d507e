import IconButton from '@material-ui/core/IconButton';
import { makeStyles } from '@material-ui/core/styles';
import CloseIcon from '@material-ui/icons/Close';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { HistoryPoint } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ExactTime,
  useLanguage,
} from '@model-ci/backstage-plugin-model-ci-react';
import type { ReactNode } from 'react';
import { formatInterval } from '../../../format';
import { commitUrl } from '../../../sourceUrls';
import { modelCiTranslationRef } from '../../../translation';
import { CommitLink, Digest, VersionLink } from '../../common';
import { MetricValue } from '../../metrics';
import { RunLink } from '../../runs';
import { VerdictText } from './VerdictText';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'flex',
    alignItems: 'flex-start',
    marginTop: theme.spacing(1),
    padding: theme.spacing(1, 2),
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: theme.shape.borderRadius,
  },
  list: {
    flexGrow: 1,
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1, 4),
    margin: 0,
    '& dt': { color: theme.palette.text.secondary, fontSize: '0.85em' },
    '& dd': { margin: 0, overflowWrap: 'anywhere' },
  },
}));

/** What is known of the chosen point, with the ways to its run and its commit. */
export function PointDetails(props: {
  pipelineRef: string;
  point: HistoryPoint;
  sourceUrl?: string;
  onClose(): void;
}) {
  const { pipelineRef, point, sourceUrl, onClose } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const language = useLanguage();
  const { interval, version, commit, datasetDigest, branch } = point;
  return (
    <section className={classes.root} aria-label={t('history.chosen')}>
      <dl className={classes.list}>
        <Fact name={t('evaluations.table.what')}>
          {version === undefined ? (
            t('evaluations.table.noVersion')
          ) : (
            <VersionLink pipelineRef={pipelineRef} version={version}>
              {t('evaluations.versionLabel', { version: String(version) })}
            </VersionLink>
          )}
        </Fact>
        <Fact name={t('evaluations.table.run')}>
          <RunLink runId={point.runId} number={point.runNumber} />
        </Fact>
        {commit && (
          <Fact name={t('evaluations.table.commit')}>
            <CommitLink commit={commit} url={commitUrl(sourceUrl, commit)} />
            {branch && ` ${branch}`}
          </Fact>
        )}
        <Fact name={point.metric}>
          <MetricValue value={point.value} unit={point.unit} />
          {interval &&
            ` (${t(
              'history.interval',
              formatInterval(interval, { unit: point.unit, language }),
            )})`}
        </Fact>
        {point.n !== undefined && (
          <Fact name={t('history.column.n')}>
            {point.n.toLocaleString(language)}
          </Fact>
        )}
        {point.gate && (
          <Fact name={t('history.column.verdict')}>
            <VerdictText gate={point.gate} unit={point.unit} />
          </Fact>
        )}
        {datasetDigest && (
          <Fact name={t('history.column.data')}>
            <Digest digest={datasetDigest} />
          </Fact>
        )}
        <Fact name={t('evaluations.table.at')}>
          <ExactTime time={point.at} />
        </Fact>
      </dl>
      <IconButton
        size="small"
        onClick={onClose}
        aria-label={t('common.close')}
        title={t('common.close')}
      >
        <CloseIcon fontSize="small" />
      </IconButton>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
