import { useId, useState } from 'react';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogContentText from '@material-ui/core/DialogContentText';
import DialogTitle from '@material-ui/core/DialogTitle';
import TextField from '@material-ui/core/TextField';
import PublishIcon from '@material-ui/icons/Publish';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  Environment,
  ModelVersion,
} from '@model-ci/backstage-plugin-model-ci-common';
import { ErrorNotice } from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { shortCommit } from '../../format';
import { useAction, useEnvironments, useVersions } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { PermissionButton, ResourceView } from '../common';

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

function DeployForm(
  props: DeployButtonProps & {
    versions: ModelVersion[];
    environments: Environment[];
    onClose: () => void;
  },
) {
  const { pipelineRef, versions, environments, onClose, onDeployed } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const id = useId();
  const newest = versions.find(({ servable }) => servable)?.version;
  const [version, setVersion] = useState(newest);
  const [environment, setEnvironment] = useState(
    props.environment ?? environments[0]?.name,
  );
  const [comment, setComment] = useState('');

  const deploy = useAction(async () => {
    if (version === undefined || environment === undefined) {
      return;
    }
    await api.deploy(pipelineRef, {
      version,
      environment,
      comment: comment.trim() || undefined,
    });
    onDeployed?.();
    onClose();
  });

  if (newest === undefined) {
    return (
      <>
        <DialogContent>
          <DialogContentText>{t('deployments.noVersions')}</DialogContentText>
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{t('common.close')}</Button>
        </DialogActions>
      </>
    );
  }
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        deploy.run();
      }}
    >
      <DialogContent>
        <DialogContentText>
          {t('deployments.dialog.description')}
        </DialogContentText>
        <TextField
          id={`${id}-version`}
          label={t('deployments.dialog.version')}
          select
          SelectProps={{ native: true }}
          fullWidth
          margin="normal"
          value={version}
          onChange={event => setVersion(Number(event.target.value))}
        >
          {versions.map(item => (
            <option
              key={item.version}
              value={item.version}
              disabled={!item.servable}
            >
              {t('deployments.dialog.versionOption', {
                version: String(item.version),
                commit: item.commit ? shortCommit(item.commit) : '',
              })}
              {!item.servable && ` (${t('deployments.dialog.notServable')})`}
            </option>
          ))}
        </TextField>
        <TextField
          id={`${id}-environment`}
          label={t('deployments.dialog.environment')}
          select
          SelectProps={{ native: true }}
          fullWidth
          margin="normal"
          value={environment ?? ''}
          onChange={event => setEnvironment(event.target.value)}
        >
          {environments.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </TextField>
        <TextField
          id={`${id}-comment`}
          label={t('deployments.dialog.comment')}
          helperText={t('deployments.dialog.commentHelp')}
          fullWidth
          margin="normal"
          multiline
          value={comment}
          onChange={event => setComment(event.target.value)}
          inputProps={{ maxLength: 2000 }}
        />
        {deploy.error && (
          <ErrorNotice error={deploy.error} title={t('common.actionFailed')} />
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button
          type="submit"
          color="primary"
          variant="contained"
          disabled={deploy.pending || environment === undefined}
        >
          {t('deployments.dialog.submit')}
        </Button>
      </DialogActions>
    </form>
  );
}
