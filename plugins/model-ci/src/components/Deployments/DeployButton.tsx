import { useId, useState } from 'react';
import Dialog from '@material-ui/core/Dialog';
import DialogTitle from '@material-ui/core/DialogTitle';
import PublishIcon from '@material-ui/icons/Publish';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { useEnvironments, useVersions } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { PermissionButton, ResourceView } from '../common';
import { DeployForm } from './DeployForm';

const VERSIONS_OFFERED = 50;

interface DeployButtonProps {
  pipelineRef: string;
  owner?: string;
  /** Environments that the pipeline may go to; all of them without it. */
  path?: string[];
  /** It is known that there is nothing to deploy. */
  noVersion?: boolean;
  /** Chosen when the dialog opens. */
  environment?: string;
  size?: 'small' | 'medium';
  variant?: 'contained' | 'outlined';
  onDeployed?: () => void;
}

/** Asks which version goes where, and deploys it. */
export function DeployButton(props: DeployButtonProps) {
  const { pipelineRef, owner, noVersion, environment, size, variant } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const [open, setOpen] = useState(false);
  return (
    <>
      <PermissionButton
        action="deploy"
        pipelineRef={pipelineRef}
        owner={owner}
        reason={noVersion ? t('deployments.noVersions') : undefined}
        variant={variant ?? 'outlined'}
        color="primary"
        size={size}
        startIcon={<PublishIcon />}
        aria-label={
          environment === undefined
            ? t('deployments.deployLabel')
            : t('deployments.deployTo', { environment })
        }
        onClick={() => setOpen(true)}
      >
        {t('deployments.deploy')}
      </PermissionButton>
      {open && <DeployDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

function DeployDialog(props: DeployButtonProps & { onClose: () => void }) {
  const { pipelineRef, path, onClose } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const titleId = useId();
  const versions = useVersions(pipelineRef, { limit: VERSIONS_OFFERED });
  const environments = useEnvironments();
  return (
    <Dialog
      open
      onClose={onClose}
      aria-labelledby={titleId}
      fullWidth
      maxWidth="sm"
    >
      <DialogTitle id={titleId}>{t('deployments.dialog.title')}</DialogTitle>
      <ResourceView resource={environments}>
        {allEnvironments => (
          <ResourceView resource={versions}>
            {({ items }) => (
              <DeployForm
                {...props}
                versions={items}
                environments={allEnvironments.filter(
                  ({ name }) =>
                    path === undefined ||
                    path.length === 0 ||
                    path.includes(name),
                )}
              />
            )}
          </ResourceView>
        )}
      </ResourceView>
    </Dialog>
  );
}
