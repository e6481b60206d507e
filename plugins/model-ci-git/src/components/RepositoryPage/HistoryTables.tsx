import Chip from '@material-ui/core/Chip';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  GitBranch,
  GitCommit,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  Timestamp,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { gitHostTranslationRef } from '../../translation';

const SHORT = 8;

/** Branches, the one that was committed to last first. */
export function BranchesTable(props: { branches: GitBranch[] }) {
  const { t } = useTranslationRef(gitHostTranslationRef);
  const classes = useTableStyles();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('repository.branches.title')}</caption>
        <TableBody>
          {props.branches.map(({ name, isDefault, committedAt }) => (
            <TableRow key={name}>
              <TableCell>
                {name}{' '}
                {isDefault && (
                  <Chip
                    size="small"
                    variant="outlined"
                    style={{ margin: 0 }}
                    label={t('repository.branches.default')}
                  />
                )}
              </TableCell>
              <TableCell className={classes.muted}>
                <Timestamp time={committedAt} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

/** Commits, the newest first. */
export function CommitsTable(props: { commits: GitCommit[] }) {
  const { t } = useTranslationRef(gitHostTranslationRef);
  const classes = useTableStyles();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <TableHead>
          <TableRow>
            <TableCell>{t('repository.commits.commit')}</TableCell>
            <TableCell>{t('repository.commits.message')}</TableCell>
            <TableCell>{t('repository.commits.author')}</TableCell>
            <TableCell>{t('repository.commits.time')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {props.commits.map(commit => (
            <TableRow key={commit.commit}>
              <TableCell className={classes.nowrap}>
                <code className={classes.code} title={commit.commit}>
                  {commit.commit.slice(0, SHORT)}
                </code>
              </TableCell>
              <TableCell>{commit.subject}</TableCell>
              <TableCell className={classes.roomy}>
                {commit.authorName}
              </TableCell>
              <TableCell className={classes.roomy}>
                <Timestamp time={commit.authoredAt} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
