import Grid from '@material-ui/core/Grid';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  ExactTime,
  ReasonText,
} from '@model-ci/backstage-plugin-model-ci-react';
import { useDeployment } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import {
  BuiltImageText,
  DeploymentStatusBadge,
  ResourceView,
  UserLink,
} from '../common';

const useStyles = makeStyles(theme => ({
  list: {
    listStyle: 'none',
    margin: 0,
    padding: 0,
    '& li': { marginBottom: theme.spacing(0.5) },
  },
  muted: { color: theme.palette.text.secondary },
  log: {
    fontFamily: 'Menlo, Consolas, "DejaVu Sans Mono", monospace',
    fontSize: 12,
    background: theme.palette.background.default,
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: theme.shape.borderRadius,
    padding: theme.spacing(1.5),
    margin: 0,
    maxHeight: 320,
    overflow: 'auto',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
}));

/** How a deployment got where it is, and the end of what its service wrote. */
export function DeploymentDetails(props: { deploymentId: string }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const deployment = useDeployment(props.deploymentId);
  return (
    <ResourceView resource={deployment}>
      {({ history, log, image }) => (
        <Grid container spacing={3}>
          <Grid item xs={12} md={5}>
            <Typography variant="subtitle2" component="h4">
              {t('deployments.detail.history')}
            </Typography>
            <ul className={classes.list}>
              {history.map((change, index) => (
                <li key={index}>
                  <DeploymentStatusBadge status={change.to} />{' '}
                  <ExactTime time={change.at} />
                  {change.by && (
                    <>
                      {' · '}
                      <UserLink entityRef={change.by} />
                    </>
                  )}
                  {change.reason && (
                    <div className={classes.muted}>
                      <ReasonText reason={change.reason} />
                    </div>
                  )}
                </li>
              ))}
            </ul>
            {image && (
              <div>
                {t('deployments.detail.image')}:{' '}
                <BuiltImageText image={image} />
              </div>
            )}
          </Grid>
          <Grid item xs={12} md={7}>
            <Typography variant="subtitle2" component="h4">
              {t('deployments.detail.log')}
            </Typography>
            {log === '' ? (
              <span className={classes.muted}>
                {t('deployments.detail.noLog')}
              </span>
            ) : (
              <pre className={classes.log}>{log}</pre>
            )}
          </Grid>
        </Grid>
      )}
    </ResourceView>
  );
}
