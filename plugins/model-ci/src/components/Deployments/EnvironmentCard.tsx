import { useState, type ReactNode } from 'react';
import Paper from '@material-ui/core/Paper';
import Typography from '@material-ui/core/Typography';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import PowerSettingsNewIcon from '@material-ui/icons/PowerSettingsNew';
import Alert from '@material-ui/lab/Alert';
import { configApiRef, useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  Deployment,
  Environment,
  Pipeline,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  CopyButton,
  ReasonText,
  Timestamp,
  useReasonText,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { useDeployment } from '../../hooks';
import { HEALTH_TONES, toneColor } from '../../status';
import { modelCiTranslationRef } from '../../translation';
import { ResourceView, VersionLink } from '../common';
import { TryItButton, TryItDialog, type Tried } from '../TryIt';
import { ConfirmButton } from './ConfirmButton';
import { DeployButton } from './DeployButton';

const useStyles = makeStyles(theme => ({
  root: {
    padding: theme.spacing(2),
    height: '100%',
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
  },
  version: { fontSize: 20, fontWeight: 600 },
  muted: { color: theme.palette.text.secondary },
  address: { display: 'flex', alignItems: 'center' },
  endpoint: {
    fontFamily: 'Menlo, Consolas, "DejaVu Sans Mono", monospace',
    fontSize: '0.9em',
    overflowWrap: 'anywhere',
  },
  actions: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1),
    marginTop: 'auto',
  },
}));

/** What of a pipeline serves in one environment, where it answers, and what can be done about it. */
export function EnvironmentCard(props: {
  pipeline: Pipeline;
  environment: Environment;
  /** Of this environment, newest first. */
  deployments: Deployment[];
  onChange: () => void;
}) {
  const { pipeline, environment, deployments, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const describe = useReasonText();
  const classes = useStyles();
  const serving = pipeline.deployed.find(
    deployed => deployed.environment === environment.name,
  );
  const newest = deployments[0];
  const underWay = deployments.find(({ status }) =>
    ['queued', 'starting'].includes(status),
  );
  const { pipelineRef, owner } = pipeline;
  const [tried, setTried] = useState<Tried>();
  const deploy = (
    <DeployButton
      pipelineRef={pipelineRef}
      owner={owner}
      path={pipeline.definition?.deploy.path}
      noVersion={pipeline.latestVersion === undefined}
      environment={environment.name}
      size="small"
      onDeployed={onChange}
    />
  );
  return (
    <Paper
      className={classes.root}
      component="section"
      aria-label={environment.title}
    >
      <Typography variant="h6" component="h3" title={environment.description}>
        {environment.title}
      </Typography>
      {underWay && (
        <Alert severity="info" variant="outlined">
          {t('deployments.environments.underWay', {
            version: String(underWay.version),
          })}
        </Alert>
      )}
      {newest?.status === 'failed' && (
        <Alert severity="error" variant="outlined">
          {t('deployments.environments.latestFailed', {
            version: String(newest.version),
            reason: newest.reason ? describe(newest.reason) : '',
          })}
        </Alert>
      )}
      {serving ? (
        <ServingNow
          key={serving.deploymentId}
          deploymentId={serving.deploymentId}
          owner={owner}
          onTry={setTried}
          path={pipeline.definition?.deploy.path ?? []}
          onChange={onChange}
        >
          {deploy}
        </ServingNow>
      ) : (
        <>
          <span className={classes.muted}>
            {t('deployments.environments.empty')}
          </span>
          <div className={classes.actions}>{deploy}</div>
        </>
      )}
      {/* Here, where it stays open when another version takes over */}
      {tried && (
        <TryItDialog tried={tried} onClose={() => setTried(undefined)} />
      )}
    </Paper>
  );
}

function ServingNow(props: {
  deploymentId: string;
  owner?: string;
  onTry: (tried: Tried) => void;
  /** The pipeline's environments, in the order in which a version comes to them. */
  path: string[];
  onChange: () => void;
  children: ReactNode;
}) {
  const { owner, path, onTry, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const api = useApi(modelCiApiRef);
  const deployment = useDeployment(props.deploymentId);
  return (
    <ResourceView resource={deployment}>
      {data => (
        <>
          <Service deployment={data} />
          <div className={classes.actions}>
            {props.children}
            <TryItButton
              pipelineRef={data.pipelineRef}
              owner={owner}
              environment={data.environment}
              onOpen={() => onTry(data)}
            />
            <ConfirmButton
              pipelineRef={data.pipelineRef}
              owner={owner}
              icon={<PowerSettingsNewIcon />}
              label={t('deployments.stopLabel', {
                version: String(data.version),
                environment: data.environment,
              })}
              title={t('deployments.stopDialog.title', {
                version: String(data.version),
                environment: data.environment,
              })}
              description={t('deployments.stopDialog.description')}
              submit={t('deployments.stopDialog.submit')}
              // The first is where versions are tried; others depend on those after it.
              typed={
                path.indexOf(data.environment) > 0
                  ? data.environment
                  : undefined
              }
              act={async () => {
                await api.stopDeployment(data.id);
                onChange();
              }}
            >
              {t('deployments.stop')}
            </ConfirmButton>
          </div>
        </>
      )}
    </ResourceView>
  );
}

function Service({ deployment }: { deployment: Deployment }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const theme = useTheme();
  const baseUrl = useApi(configApiRef).getString('backend.baseUrl');
  const { health, restarts, nextRestartAt, servingAt, replicas, reason } =
    deployment;
  const address = `${baseUrl}${deployment.endpoint}`;
  return (
    <>
      <div>
        <span className={classes.version}>
          <VersionLink
            pipelineRef={deployment.pipelineRef}
            version={deployment.version}
          >
            {t('deployments.environments.version', {
              version: String(deployment.version),
            })}
          </VersionLink>
        </span>{' '}
        <span style={{ color: toneColor(theme, HEALTH_TONES[health]) }}>
          ● {t(`health.${health}`)}
        </span>
      </div>
      {servingAt && (
        <div className={classes.muted}>
          {t('deployments.environments.since')} <Timestamp time={servingAt} />
        </div>
      )}
      {/* Where some are missing, the reason counts them */}
      {replicas && replicas.ready >= replicas.wanted && (
        <div className={classes.muted}>
          {t('deployments.environments.replicas', {
            ready: replicas.ready,
            count: replicas.wanted,
          })}
        </div>
      )}
      {reason && (
        <div className={classes.muted}>
          <ReasonText reason={reason} />
        </div>
      )}
      {restarts > 0 && (
        <div className={classes.muted}>
          {t('deployments.environments.restarts', { count: restarts })}
          {nextRestartAt && (
            <>
              {', '}
              {t('deployments.environments.nextRestart')}{' '}
              <Timestamp time={nextRestartAt} />
            </>
          )}
        </div>
      )}
      <div>
        <div className={classes.muted}>
          {t('deployments.environments.endpoint')}
        </div>
        <div className={classes.address}>
          <span className={classes.endpoint}>{address}</span>
          <CopyButton
            text={address}
            label={t('deployments.environments.copyEndpoint', {
              environment: deployment.environment,
            })}
          />
        </div>
      </div>
    </>
  );
}
