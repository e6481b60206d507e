import { useState } from 'react';
import Button from '@material-ui/core/Button';
import Paper from '@material-ui/core/Paper';
import Tooltip from '@material-ui/core/Tooltip';
import Typography from '@material-ui/core/Typography';
import AddIcon from '@material-ui/icons/Add';
import { Progress } from '@backstage/core-components';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { usePermission } from '@backstage/plugin-permission-react';
import { gitTokenCreatePermission } from '@model-ci/backstage-plugin-model-ci-common';
import {
  EmptyState,
  ErrorNotice,
  useQueryData,
} from '@model-ci/backstage-plugin-model-ci-react';
import { gitHostApiRef } from '../../api';
import { gitHostTranslationRef } from '../../translation';
import { usePageStyles } from '../common/usePageStyles';
import { PageFrame } from '../GitPage/PageFrame';
import { CreateTokenDialog } from './CreateTokenDialog';
import { TokensTable } from './TokensTable';

/** The user's own tokens: make one, see which are in use, revoke them. */
export function TokensPage() {
  const { t } = useTranslationRef(gitHostTranslationRef);
  const classes = usePageStyles();
  const api = useApi(gitHostApiRef);
  const tokens = useQueryData({
    api,
    name: 'tokens',
    scope: '',
    load: () => api.listTokens(),
  });
  const [creating, setCreating] = useState(false);

  return (
    <PageFrame>
      <Paper>
        <div className={classes.toolbar}>
          <Typography className={classes.intro}>{t('tokens.intro')}</Typography>
          <CreateButton onClick={() => setCreating(true)} />
        </div>
        {tokens.error && (
          <div className={classes.notice}>
            <ErrorNotice error={tokens.error} onRetry={tokens.reload} />
          </div>
        )}
        {tokens.loading && <Progress />}
        {tokens.data && tokens.data.length === 0 && (
          <EmptyState
            title={t('tokens.empty.title')}
            description={t('tokens.empty.description')}
          />
        )}
        {tokens.data && tokens.data.length > 0 && (
          <TokensTable tokens={tokens.data} onRevoked={tokens.reload} />
        )}
      </Paper>
      {creating && (
        <CreateTokenDialog
          onCreated={tokens.reload}
          onClose={() => setCreating(false)}
        />
      )}
    </PageFrame>
  );
}

/** Stays reachable for those who may not, so that it can say why. */
function CreateButton(props: { onClick: () => void }) {
  const { t } = useTranslationRef(gitHostTranslationRef);
  const { allowed, loading } = usePermission({
    permission: gitTokenCreatePermission,
  });
  const refused = t(
    loading ? 'tokens.create.checking' : 'tokens.create.denied',
  );
  const reason = allowed ? '' : refused;
  return (
    <Tooltip title={reason}>
      <Button
        variant="contained"
        color="primary"
        startIcon={<AddIcon />}
        aria-disabled={!allowed}
        aria-description={reason || undefined}
        style={allowed ? undefined : { opacity: 0.5, cursor: 'not-allowed' }}
        onClick={allowed ? props.onClick : undefined}
      >
        {t('tokens.create.button')}
      </Button>
    </Tooltip>
  );
}
