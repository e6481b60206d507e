import Paper from '@material-ui/core/Paper';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  AliasChange,
  PipelineAliases,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  ReasonText,
  Timestamp,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { useAliases } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { ResourceView, UserLink, VersionLink } from '../common';
import { RunLink } from '../runs';
import { MoveAliasButton } from './MoveAliasButton';
import { RemoveAliasButton } from './RemoveAliasButton';

const useStyles = makeStyles(theme => ({
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    padding: theme.spacing(2, 2, 1),
  },
  note: { padding: theme.spacing(0, 2, 2) },
  title: { padding: theme.spacing(2, 2, 0) },
}));

interface OfPipeline {
  pipelineRef: string;
  /** The version to which aliases can be moved here. */
  version: number;
  owner?: string;
}

/** Where the aliases of a pipeline point, how they got there, and how to move one to a version; live. */
export function Aliases(props: OfPipeline) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const aliases = useAliases(props.pipelineRef);
  return (
    <Paper component="section" aria-label={t('aliases.title')}>
      <div className={classes.head}>
        <Typography variant="h6" component="h2">
          {t('aliases.title')}
        </Typography>
        <MoveAliasButton {...props} onChange={aliases.reload} />
      </div>
      <ResourceView resource={aliases}>
        {data =>
          data.aliases.length + data.changes.length === 0 ? (
            <Typography color="textSecondary" className={classes.note}>
              {t('aliases.empty')}
            </Typography>
          ) : (
            <>
              <AliasTable {...props} data={data} onChange={aliases.reload} />
              <AliasHistory
                pipelineRef={props.pipelineRef}
                changes={data.changes}
              />
            </>
          )
        }
      </ResourceView>
    </Paper>
  );
}

function AliasTable(
  props: OfPipeline & { data: PipelineAliases; onChange: () => void },
) {
  const { data, ...ofPipeline } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('aliases.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('aliases.column.alias')}</TableCell>
            <TableCell>{t('aliases.column.version')}</TableCell>
            <TableCell>{t('aliases.column.by')}</TableCell>
            <TableCell>{t('aliases.column.at')}</TableCell>
            <TableCell />
          </TableRow>
        </TableHead>
        <TableBody>
          {data.aliases.map(({ alias, version, by, at }) => (
            <TableRow key={alias}>
              <TableCell>{alias}</TableCell>
              <TableCell>
                <VersionLink
                  pipelineRef={ofPipeline.pipelineRef}
                  version={version}
                />
              </TableCell>
              <TableCell>
                <UserLink entityRef={by} />
              </TableCell>
              <TableCell>
                <Timestamp time={at} />
              </TableCell>
              <TableCell align="right">
                <RemoveAliasButton {...ofPipeline} alias={alias} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

function AliasHistory(props: { pipelineRef: string; changes: AliasChange[] }) {
  const { pipelineRef, changes } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const own = useStyles();
  if (changes.length === 0) {
    return null;
  }
  return (
    <div className={classes.scroll}>
      <Typography variant="subtitle1" component="h3" className={own.title}>
        {t('aliases.historyTitle')}
      </Typography>
      <Table size="small" className={classes.table}>
        <caption>{t('aliases.history')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('aliases.column.at')}</TableCell>
            <TableCell>{t('aliases.column.alias')}</TableCell>
            <TableCell>{t('aliases.column.change')}</TableCell>
            <TableCell>{t('aliases.column.by')}</TableCell>
            <TableCell>{t('aliases.column.reason')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {changes.map((change, index) => (
            <TableRow key={index}>
              <TableCell>
                <Timestamp time={change.at} />
              </TableCell>
              <TableCell>{change.alias}</TableCell>
              <TableCell className={classes.nowrap}>
                <VersionOf pipelineRef={pipelineRef} version={change.from} />
                {' → '}
                <VersionOf pipelineRef={pipelineRef} version={change.to} />
              </TableCell>
              <TableCell>
                <UserLink entityRef={change.by} />
              </TableCell>
              <TableCell>
                {change.reason && <ReasonText reason={change.reason} />}
                {change.runId && (
                  <>
                    {' '}
                    <RunLink
                      runId={change.runId}
                      number={Number(change.reason?.parameters?.number ?? 0)}
                    />
                  </>
                )}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

function VersionOf(props: { pipelineRef: string; version?: number }) {
  const { pipelineRef, version } = props;
  return version === undefined ? (
    <>–</>
  ) : (
    <VersionLink pipelineRef={pipelineRef} version={version}>
      v{version}
    </VersionLink>
  );
}
