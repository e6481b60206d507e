import Paper from '@material-ui/core/Paper';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { EmptyState } from '@model-ci/backstage-plugin-model-ci-react';
import { useCaches } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { ResourceView } from '../common';
import { CachesTable } from './CachesTable';
import { ClearCachesButton } from './ClearCachesButton';

const useStyles = makeStyles(theme => ({
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    alignItems: 'flex-start',
    gap: theme.spacing(2),
    padding: theme.spacing(2),
  },
  intro: { flex: '1 1 20rem', maxWidth: '48rem' },
}));

/** What the stages of a pipeline keep between runs, and the way to be rid of it. */
export function Caches({ pipelineRef }: { pipelineRef: string }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const caches = useCaches(pipelineRef);
  return (
    <Paper component="section" aria-label={t('caches.title')}>
      <div className={classes.head}>
        <div className={classes.intro}>
          <Typography variant="h6" component="h2" gutterBottom>
            {t('caches.title')}
          </Typography>
          <Typography color="textSecondary">{t('caches.intro')}</Typography>
        </div>
        {caches.data && caches.data.length > 0 && (
          <ClearCachesButton
            pipelineRef={pipelineRef}
            onCleared={caches.reload}
          />
        )}
      </div>
      <ResourceView resource={caches}>
        {items =>
          items.length === 0 ? (
            <EmptyState
              title={t('caches.empty.title')}
              description={t('caches.empty.description')}
            />
          ) : (
            <CachesTable caches={items} />
          )
        }
      </ResourceView>
    </Paper>
  );
}
