import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { VersionLineage } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ExactTime,
  ReasonText,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { UserLink } from '../common';

/** What people were asked about a version and what they decided, oldest first. */
export function ApprovalsTable(props: {
  approvals: VersionLineage['approvals'];
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('version.approvals.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('version.approvals.stage')}</TableCell>
            <TableCell>{t('version.approvals.question')}</TableCell>
            <TableCell>{t('version.approvals.decision')}</TableCell>
            <TableCell>{t('version.approvals.by')}</TableCell>
            <TableCell>{t('version.approvals.reason')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {props.approvals.map(approval => (
            <TableRow key={approval.id}>
              <TableCell>
                {approval.stage}
                {approval.instance !== undefined && (
                  <div className={classes.muted}>{approval.instance}</div>
                )}
              </TableCell>
              <TableCell className={classes.prose}>
                <ReasonText reason={approval.question} />
              </TableCell>
              <TableCell className={classes.nowrap}>
                {approval.decision === undefined
                  ? t('version.approvals.open')
                  : t(`run.decision.${approval.decision}`)}
              </TableCell>
              <TableCell className={classes.roomy}>
                {approval.by && <UserLink entityRef={approval.by} />}
                {approval.decidedAt && (
                  <div className={classes.muted}>
                    <ExactTime time={approval.decidedAt} />
                  </div>
                )}
              </TableCell>
              <TableCell className={classes.prose}>{approval.reason}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
