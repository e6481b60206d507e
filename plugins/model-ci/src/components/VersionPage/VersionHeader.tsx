import { Fragment } from 'react';
import Paper from '@material-ui/core/Paper';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import type { VersionLineage } from '@model-ci/backstage-plugin-model-ci-common';
import { Timestamp } from '@model-ci/backstage-plugin-model-ci-react';
import { commitUrl } from '../../sourceUrls';
import { modelCiTranslationRef } from '../../translation';
import {
  AliasChips,
  CommitLink,
  Digest,
  Fact,
  Facts,
  ParametersText,
  TreeId,
  UserLink,
} from '../common';
import { GpuFacts } from '../Gpus';
import { RunLink } from '../runs';
import { VersionDownloads } from './VersionDownloads';

const useStyles = makeStyles(theme => ({
  root: { padding: theme.spacing(2) },
  top: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1, 2),
  },
  message: { flex: '1 1 240px', overflowWrap: 'anywhere' },
}));

/** What the version is, where it serves, and what can be taken away of it. */
export function VersionHeader(props: {
  lineage: VersionLineage;
  sourceUrl?: string;
}) {
  const { lineage } = props;
  const { version } = lineage;
  const classes = useStyles();
  const [subject, ...body] = (version.commitMessage ?? '').split('\n');
  return (
    <Paper className={classes.root}>
      <div className={classes.top}>
        <Typography className={classes.message} title={body.join('\n').trim()}>
          {subject}
        </Typography>
        <VersionDownloads
          pipelineRef={version.pipelineRef}
          version={version.version}
          canSign={lineage.canSign}
        />
      </div>
      <Facts>
        <Identity {...props} />
        <Source {...props} />
        <Places lineage={lineage} />
        <GpuFacts runId={version.runId} isRunning={false} />
      </Facts>
    </Paper>
  );
}

function Identity({ lineage }: { lineage: VersionLineage }) {
  const { version, pipeline, run, reruns } = lineage;
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (
    <>
      <Fact name={t('version.pipeline')}>
        <EntityRefLink
          entityRef={version.pipelineRef}
          title={pipeline.title}
          hideIcon
        />
      </Fact>
      {pipeline.modelRef !== undefined && (
        <Fact name={t('version.model')}>
          <EntityRefLink entityRef={pipeline.modelRef} hideIcon />
        </Fact>
      )}
      <Fact name={t('version.run')}>
        <RunLink runId={run.id} number={run.number} />
      </Fact>
      {reruns.length > 0 && (
        <Fact name={t('version.reruns')}>
          {reruns.map(({ id, number }) => (
            <Fragment key={id}>
              <RunLink runId={id} number={number} />
              &nbsp;
            </Fragment>
          ))}
        </Fact>
      )}
      <Fact name={t('version.by')}>
        <UserLink entityRef={version.createdBy} />
        &nbsp;({t(`trigger.${run.trigger}`)})
      </Fact>
      <Fact name={t('version.created')}>
        <Timestamp time={version.createdAt} />
      </Fact>
      {Object.keys(run.parameters).length > 0 && (
        <Fact name={t('run.parameters')}>
          <ParametersText parameters={run.parameters} />
        </Fact>
      )}
      {Object.entries(version.parameters).map(([stage, parameters]) => (
        <Fact key={stage} name={t('instances.parameters', { stage })}>
          <ParametersText parameters={parameters} />
        </Fact>
      ))}
    </>
  );
}

function Source(props: { lineage: VersionLineage; sourceUrl?: string }) {
  const { version, run } = props.lineage;
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (
    <>
      {version.commit && (
        <Fact name={t('version.commit')}>
          <CommitLink
            commit={version.commit}
            url={commitUrl(props.sourceUrl, version.commit)}
          />
        </Fact>
      )}
      {run.sourceTree && (
        <Fact name={t('version.tree')}>
          <TreeId tree={run.sourceTree} />
        </Fact>
      )}
      {version.branch && (
        <Fact name={t('version.branch')}>{version.branch}</Fact>
      )}
      {run.sourceDigest && (
        <Fact name={t('version.source')}>
          <Digest digest={run.sourceDigest} />
        </Fact>
      )}
    </>
  );
}

function Places({ lineage: { version } }: { lineage: VersionLineage }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (
    <>
      {version.aliases.length > 0 && (
        <Fact name={t('version.aliases')}>
          <AliasChips aliases={version.aliases} />
        </Fact>
      )}
      <Fact name={t('version.serving')}>
        {version.environments.join(', ') || t('version.notServing')}
      </Fact>
    </>
  );
}
