import { useId, useState, type ChangeEvent } from 'react';
import Button from '@material-ui/core/Button';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogContentText from '@material-ui/core/DialogContentText';
import TextField from '@material-ui/core/TextField';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  type Environment,
  MAX_COMMENT_LENGTH,
  type ModelVersion,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { shortCommit } from '../../format';
import { modelCiTranslationRef } from '../../translation';
import { VersionLink } from '../common';

interface DeployFormProps {
  pipelineRef: string;
  versions: ModelVersion[];
  environments: Environment[];
  /** Chosen at first. */
  environment?: string;
  onDeployed?: () => void;
  onClose: () => void;
}

/** Which version goes where. */
export function DeployForm(props: DeployFormProps) {
  const newest = props.versions.find(({ servable }) => servable)?.version;
  return newest === undefined ? (
    <NothingToDeploy onClose={props.onClose} />
  ) : (
    <ServableForm {...props} newest={newest} />
  );
}

function NothingToDeploy({ onClose }: { onClose: () => void }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
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

function ServableForm(props: DeployFormProps & { newest: number }) {
  const { versions, environments, onClose } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const [version, setVersion] = useState(props.newest);
  const [environment, setEnvironment] = useState(
    props.environment ?? environments[0]?.name,
  );
  const [comment, setComment] = useState('');
  const deploy = useDeploy(props, { version, environment, comment });
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
        <VersionField
          pipelineRef={props.pipelineRef}
          versions={versions}
          value={version}
          onChange={setVersion}
        />
        <EnvironmentField
          environments={environments}
          value={environment}
          onChange={setEnvironment}
        />
        <CommentField value={comment} onChange={setComment} />
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

function useDeploy(
  { pipelineRef, onDeployed, onClose }: DeployFormProps,
  chosen: { version: number; environment?: string; comment: string },
) {
  const api = useApi(modelCiApiRef);
  return useAction(async () => {
    const { version, environment, comment } = chosen;
    if (environment === undefined) {
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
}

function VersionField(props: {
  pipelineRef: string;
  versions: ModelVersion[];
  value: number;
  onChange: (version: number) => void;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (
    <TextField
      {...useFieldProps()}
      label={t('deployments.dialog.version')}
      select
      SelectProps={{ native: true }}
      value={props.value}
      onChange={event => props.onChange(Number(event.target.value))}
      helperText={
        <VersionLink pipelineRef={props.pipelineRef} version={props.value}>
          {t('deployments.dialog.openVersion', {
            version: String(props.value),
          })}
        </VersionLink>
      }
    >
      {props.versions.map(
        ({ version, commit, aliases, servable, unreadable }) => (
          <option key={version} value={version} disabled={!servable}>
            {[
              t('common.version', { version: String(version) }),
              ...(commit ? [shortCommit(commit)] : []),
              ...aliases,
            ].join(' · ')}
            {!servable &&
              ` (${t(
                unreadable
                  ? 'deployments.dialog.unreadable'
                  : 'deployments.dialog.notServable',
              )})`}
          </option>
        ),
      )}
    </TextField>
  );
}

function EnvironmentField(props: {
  environments: Environment[];
  value: string | undefined;
  onChange: (environment: string) => void;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (
    <TextField
      {...useFieldProps()}
      label={t('deployments.dialog.environment')}
      select
      SelectProps={{ native: true }}
      value={props.value ?? ''}
      onChange={event => props.onChange(event.target.value)}
    >
      {props.environments.map(({ name, title }) => (
        <option key={name} value={name}>
          {title}
        </option>
      ))}
    </TextField>
  );
}

function CommentField(props: {
  value: string;
  onChange: (comment: string) => void;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (
    <TextField
      {...useFieldProps()}
      label={t('deployments.dialog.comment')}
      helperText={t('deployments.dialog.commentHelp')}
      multiline
      value={props.value}
      onChange={(event: ChangeEvent<HTMLInputElement>) =>
        props.onChange(event.target.value)
      }
      inputProps={{ maxLength: MAX_COMMENT_LENGTH }}
    />
  );
}

function useFieldProps() {
  return { id: useId(), fullWidth: true, margin: 'normal' } as const;
}
