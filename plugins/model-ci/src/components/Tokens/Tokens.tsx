import { useState } from 'react';
import Paper from '@material-ui/core/Paper';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import AddIcon from '@material-ui/icons/Add';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { EmptyState } from '@model-ci/backstage-plugin-model-ci-react';
import { usePipeline, useTokens } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { PermissionButton, ResourceView, useActionPermission } from '../common';
import { CreateTokenDialog } from './CreateTokenDialog';
import { TokensTable } from './TokensTable';

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

/** The tokens by which machines report to a pipeline: make one, see which are in use, revoke them. */
export function Tokens(props: { pipelineRef: string }) {
  const { pipelineRef } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const owner = usePipeline(pipelineRef).data?.owner;
  const { allowed, reason } = useActionPermission('token', pipelineRef, owner);
  const [creating, setCreating] = useState(false);
  const [made, setMade] = useState(0);
  return (
    <Paper component="section" aria-label={t('tokens.title')}>
      <div className={classes.head}>
        <div className={classes.intro}>
          <Typography variant="h6" component="h2" gutterBottom>
            {t('tokens.title')}
          </Typography>
          <Typography color="textSecondary">{t('tokens.intro')}</Typography>
        </div>
        <PermissionButton
          action="token"
          pipelineRef={pipelineRef}
          owner={owner}
          variant="contained"
          color="primary"
          startIcon={<AddIcon />}
          onClick={() => setCreating(true)}
        >
          {t('tokens.create.button')}
        </PermissionButton>
      </div>
      {allowed ? (
        <TokenList key={made} pipelineRef={pipelineRef} />
      ) : (
        <EmptyState title={t('tokens.hidden')} description={reason ?? ''} />
      )}
      {creating && (
        <CreateTokenDialog
          pipelineRef={pipelineRef}
          onCreated={() => setMade(count => count + 1)}
          onClose={() => setCreating(false)}
        />
      )}
    </Paper>
  );
}

function TokenList({ pipelineRef }: { pipelineRef: string }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const tokens = useTokens(pipelineRef);
  return (
    <ResourceView resource={tokens}>
      {items =>
        items.length === 0 ? (
          <EmptyState
            title={t('tokens.empty.title')}
            description={t('tokens.empty.description')}
          />
        ) : (
          <TokensTable
            pipelineRef={pipelineRef}
            tokens={items}
            onRevoked={tokens.reload}
          />
        )
      }
    </ResourceView>
  );
}
