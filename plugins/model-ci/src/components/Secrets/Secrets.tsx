import Paper from '@material-ui/core/Paper';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { PipelineSecrets } from '@model-ci/backstage-plugin-model-ci-common';
import { EmptyState } from '@model-ci/backstage-plugin-model-ci-react';
import { useSecrets } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { ResourceView } from '../common';
import { MissingSecrets } from './MissingSecrets';
import { SecretsTable } from './SecretsTable';
import { SetSecretButton } from './SetSecretButton';

const useStyles = makeStyles(theme => ({
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    padding: theme.spacing(2, 2, 1),
  },
  note: { padding: theme.spacing(0, 2, 2) },
}));

/** The secrets that the stages and the service of a pipeline may use. No value is ever shown. */
export function Secrets({ pipelineRef }: { pipelineRef: string }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const secrets = useSecrets(pipelineRef);
  return (
    <Paper component="section" aria-label={t('secrets.title')}>
      <ResourceView resource={secrets}>
        {data => (
          <Loaded
            pipelineRef={pipelineRef}
            data={data}
            onChange={secrets.reload}
          />
        )}
      </ResourceView>
    </Paper>
  );
}

function Loaded(props: {
  pipelineRef: string;
  data: PipelineSecrets;
  onChange: () => void;
}) {
  const { data } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  return (
    <>
      <div className={classes.head}>
        <Typography variant="h6" component="h2">
          {t('secrets.title')}
        </Typography>
        {data.canWrite && data.isReady && (
          <SetSecretButton {...props} variant="contained">
            {t('secrets.set')}
          </SetSecretButton>
        )}
      </div>
      <Typography color="textSecondary" className={classes.note}>
        {t('secrets.description')}
      </Typography>
      {!data.isReady && (
        <Typography role="alert" className={classes.note}>
          {t('secrets.notReady')}
        </Typography>
      )}
      {!data.canWrite && (
        <Typography color="textSecondary" className={classes.note}>
          {t('secrets.readOnly', { owner: data.owner })}
        </Typography>
      )}
      <MissingSecrets {...props} />
      {data.items.length > 0 ? (
        <SecretsTable {...props} />
      ) : (
        <EmptyState
          title={t('secrets.empty.title')}
          description={t('secrets.empty.description')}
        />
      )}
    </>
  );
}
