import { Fragment, useState } from 'react';
import Collapse from '@material-ui/core/Collapse';
import IconButton from '@material-ui/core/IconButton';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import ExpandLessIcon from '@material-ui/icons/ExpandLess';
import ExpandMoreIcon from '@material-ui/icons/ExpandMore';
import SettingsBackupRestoreIcon from '@material-ui/icons/SettingsBackupRestore';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  Deployment,
  PipelineSummary,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  ReasonText,
  Timestamp,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { modelCiTranslationRef } from '../../translation';
import { DeploymentStatusBadge, UserLink, VersionLink } from '../common';
import { ConfirmButton } from './ConfirmButton';
import { DeploymentDetails } from './DeploymentDetails';

const COLUMNS = 8;

/** Every deployment of a pipeline, newest first, each with its details and the way back to it. */
export function DeploymentsTable(props: {
  deployments: Deployment[];
  /** What serves now, which nobody needs to return to. */
  deployed: PipelineSummary['deployed'];
  owner?: string;
  onChange: () => void;
}) {
  const { deployments, deployed, owner, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const [open, setOpen] = useState<string>();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('deployments.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell aria-label={t('deployments.details')} />
            <TableCell>{t('deployments.column.status')}</TableCell>
            <TableCell>{t('deployments.column.version')}</TableCell>
            <TableCell>{t('deployments.column.environment')}</TableCell>
            <TableCell>{t('deployments.column.by')}</TableCell>
            <TableCell>{t('deployments.column.when')}</TableCell>
            <TableCell>{t('deployments.column.why')}</TableCell>
            <TableCell align="right">
              {t('deployments.column.actions')}
            </TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {deployments.map(deployment => {
            const expanded = open === deployment.id;
            return (
              <Fragment key={deployment.id}>
                <TableRow>
                  <TableCell padding="checkbox">
                    <IconButton
                      size="small"
                      aria-expanded={expanded}
                      aria-label={t('deployments.details')}
                      onClick={() =>
                        setOpen(expanded ? undefined : deployment.id)
                      }
                    >
                      {expanded ? <ExpandLessIcon /> : <ExpandMoreIcon />}
                    </IconButton>
                  </TableCell>
                  <TableCell className={classes.nowrap}>
                    <DeploymentStatusBadge status={deployment.status} />
                  </TableCell>
                  <TableCell className={classes.nowrap}>
                    <VersionLink
                      pipelineRef={deployment.pipelineRef}
                      version={deployment.version}
                    />
                  </TableCell>
                  <TableCell className={classes.nowrap}>
                    {deployment.environment}
                  </TableCell>
                  <TableCell className={classes.roomy}>
                    <UserLink entityRef={deployment.createdBy} />
                    <div className={classes.muted}>
                      {t(`deployments.trigger.${deployment.trigger}`)}
                    </div>
                  </TableCell>
                  <TableCell className={classes.roomy}>
                    <Timestamp time={deployment.createdAt} />
                  </TableCell>
                  <TableCell className={classes.prose}>
                    {deployment.comment}
                    {deployment.reason && (
                      <div className={classes.muted}>
                        <ReasonText reason={deployment.reason} />
                      </div>
                    )}
                  </TableCell>
                  <TableCell className={classes.nowrap}>
                    <div className={classes.actions}>
                      {canRollBackTo(deployment, deployed) && (
                        <RollBackButton
                          deployment={deployment}
                          owner={owner}
                          onChange={onChange}
                        />
                      )}
                    </div>
                  </TableCell>
                </TableRow>
                {expanded && (
                  <TableRow>
                    <TableCell colSpan={COLUMNS}>
                      <Collapse in appear>
                        <DeploymentDetails deploymentId={deployment.id} />
                      </Collapse>
                    </TableCell>
                  </TableRow>
                )}
              </Fragment>
            );
          })}
        </TableBody>
      </Table>
    </div>
  );
}

/** What has served and was replaced, unless its version serves there again. */
function canRollBackTo(
  { status, servingAt, version, environment }: Deployment,
  deployed: PipelineSummary['deployed'],
): boolean {
  return (
    ['superseded', 'stopped'].includes(status) &&
    servingAt !== undefined &&
    !deployed.some(
      now => now.environment === environment && now.version === version,
    )
  );
}

function RollBackButton(props: {
  deployment: Deployment;
  owner?: string;
  onChange: () => void;
}) {
  const { deployment, owner, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const names = {
    version: String(deployment.version),
    environment: deployment.environment,
  };
  return (
    <ConfirmButton
      pipelineRef={deployment.pipelineRef}
      owner={owner}
      icon={<SettingsBackupRestoreIcon />}
      label={t('deployments.rollBackLabel', names)}
      title={t('deployments.rollBackDialog.title', names)}
      description={t('deployments.rollBackDialog.description', names)}
      submit={t('deployments.rollBackDialog.submit')}
      withComment
      act={async comment => {
        await api.rollback(deployment.id, { comment });
        onChange();
      }}
    >
      {t('deployments.rollBack')}
    </ConfirmButton>
  );
}
