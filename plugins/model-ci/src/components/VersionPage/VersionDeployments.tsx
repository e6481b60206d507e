import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { Deployment } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ExactTime,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { DeploymentStatusBadge, UserLink } from '../common';

/** Where a version was deployed, by whom and why. */
export function VersionDeployments(props: { deployments: Deployment[] }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('version.deployments.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('deployments.column.environment')}</TableCell>
            <TableCell>{t('deployments.column.status')}</TableCell>
            <TableCell>{t('deployments.column.by')}</TableCell>
            <TableCell>{t('deployments.column.when')}</TableCell>
            <TableCell>{t('deployments.column.why')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {props.deployments.map(deployment => (
            <TableRow key={deployment.id}>
              <TableCell className={classes.nowrap}>
                {deployment.environment}
              </TableCell>
              <TableCell className={classes.nowrap}>
                <DeploymentStatusBadge status={deployment.status} />
              </TableCell>
              <TableCell className={classes.roomy}>
                <UserLink entityRef={deployment.createdBy} />
                <div className={classes.muted}>
                  {t(`deployments.trigger.${deployment.trigger}`)}
                </div>
              </TableCell>
              <TableCell className={classes.roomy}>
                <ExactTime time={deployment.createdAt} />
              </TableCell>
              <TableCell className={classes.prose}>
                {deployment.comment}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
