import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import type { RunSummary } from '@model-ci/backstage-plugin-model-ci-common';
import {
  Timestamp,
  useReasonText,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { commitUrl } from '../../sourceUrls';
import { modelCiTranslationRef } from '../../translation';
import {
  AliasChips,
  CommitLink,
  Duration,
  PullRequestLink,
  StatusBadge,
  UserLink,
  VersionLink,
  WaitedText,
} from '../common';
import { RunActions, RunLink, TriggerText } from '../runs';

/** Runs, each with what can be done to it. */
export function RunsTable(props: {
  runs: RunSummary[];
  /** Where they are of several pipelines. */
  namesPipelines?: boolean;
  aliasesOf?: (version: number) => string[];
  owner?: string;
  sourceUrl?: string;
  onChange: () => void;
}) {
  const { runs, namesPipelines, aliasesOf, owner, sourceUrl, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const describe = useReasonText();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>
          {t(namesPipelines ? 'allRuns.caption' : 'runs.caption')}
        </caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('runs.column.status')}</TableCell>
            {namesPipelines && (
              <TableCell>{t('pipelines.column.pipeline')}</TableCell>
            )}
            <TableCell>{t('runs.column.run')}</TableCell>
            <TableCell>{t('runs.column.commit')}</TableCell>
            <TableCell>{t('runs.column.by')}</TableCell>
            <TableCell>{t('runs.column.started')}</TableCell>
            <TableCell>{t('runs.column.duration')}</TableCell>
            <TableCell align="right">{t('runs.column.actions')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {runs.map(run => (
            <TableRow key={run.id}>
              <TableCell className={classes.nowrap}>
                <StatusBadge
                  status={run.status}
                  decided={run.decided}
                  title={run.reason && describe(run.reason)}
                />
              </TableCell>
              {namesPipelines && (
                <TableCell className={classes.roomy}>
                  <EntityRefLink entityRef={run.pipelineRef} hideIcon />
                </TableCell>
              )}
              <TableCell className={classes.nowrap}>
                <RunLink runId={run.id} number={run.number} />
                {run.version !== undefined && (
                  <div className={classes.muted}>
                    <VersionLink
                      pipelineRef={run.pipelineRef}
                      version={run.version}
                    />
                    {aliasesOf && (
                      <>
                        {' '}
                        <AliasChips aliases={aliasesOf(run.version)} />
                      </>
                    )}
                  </div>
                )}
              </TableCell>
              <TableCell className={classes.clipped}>
                <RunSource run={run} sourceUrl={sourceUrl} />
              </TableCell>
              <TableCell className={classes.roomy}>
                <UserLink entityRef={run.createdBy} />
                <div className={classes.muted}>
                  <TriggerText run={run} />
                </div>
              </TableCell>
              <TableCell className={classes.roomy}>
                <Timestamp time={run.startedAt ?? run.createdAt} />
              </TableCell>
              <TableCell className={classes.nowrap}>
                <Duration {...run} />
                <div className={classes.muted}>
                  <WaitedText waited={run.waited} />
                </div>
              </TableCell>
              <TableCell>
                <div className={classes.actions}>
                  <RunActions
                    run={run}
                    owner={owner}
                    onChange={onChange}
                    variant="text"
                    size="small"
                  />
                </div>
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

function RunSource(props: { run: RunSummary; sourceUrl?: string }) {
  const { run, sourceUrl } = props;
  const classes = useTableStyles();
  return (
    <>
      <div className={classes.clip} title={run.commitMessage}>
        {firstLine(run.commitMessage)}
      </div>
      <span className={classes.nowrap}>
        {run.pullRequest ? (
          <PullRequestLink request={run.pullRequest} />
        ) : (
          run.branch && <span className={classes.code}>{run.branch}</span>
        )}
        {(run.branch || run.pullRequest) && run.commit && ' · '}
        {run.commit && (
          <CommitLink
            commit={run.commit}
            url={commitUrl(sourceUrl, run.commit)}
          />
        )}
      </span>
    </>
  );
}

/** A commit's subject. */
export function firstLine(message: string | undefined): string | undefined {
  return message?.split('\n', 1)[0];
}
