import { useState } from 'react';
import Button from '@material-ui/core/Button';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import Typography from '@material-ui/core/Typography';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { MachineToken } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ExactTime,
  RevokeTokenDialog,
  Timestamp,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { modelCiApiRef } from '../../api';
import { UserLink } from '../common';

/** The tokens of a pipeline, each with a way to revoke it. */
export function TokensTable(props: {
  pipelineRef: string;
  tokens: MachineToken[];
  onRevoked: () => void;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const api = useApi(modelCiApiRef);
  const [revoking, setRevoking] = useState<MachineToken>();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('tokens.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('tokens.name')}</TableCell>
            <TableCell>{t('tokens.actions')}</TableCell>
            <TableCell>{t('tokens.createdBy')}</TableCell>
            <TableCell>{t('tokens.lastUsed')}</TableCell>
            <TableCell>{t('tokens.expires')}</TableCell>
            <TableCell />
          </TableRow>
        </TableHead>
        <TableBody>
          {props.tokens.map(token => (
            <TokenRow
              key={token.id}
              token={token}
              pipelineRef={props.pipelineRef}
              onRevoke={() => setRevoking(token)}
            />
          ))}
        </TableBody>
      </Table>
      {revoking && (
        <RevokeTokenDialog
          name={revoking.name}
          description={t('tokens.revoke.description')}
          revoke={async () => {
            await api.revokeToken(props.pipelineRef, revoking.id);
            props.onRevoked();
          }}
          onClose={() => setRevoking(undefined)}
        />
      )}
    </div>
  );
}

function TokenRow(props: {
  token: MachineToken;
  pipelineRef: string;
  onRevoke: () => void;
}) {
  const { token, pipelineRef, onRevoke } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const others = token.pipelineRefs.filter(ref => ref !== pipelineRef);
  return (
    <TableRow>
      <TableCell>
        {token.name}
        {others.length > 0 && (
          <div className={classes.muted}>
            {t('tokens.alsoFor', { pipelines: others.join(', ') })}
          </div>
        )}
      </TableCell>
      <TableCell>
        {token.actions.map(action => t(`tokens.action.${action}`)).join(', ')}
      </TableCell>
      <TableCell>
        <UserLink entityRef={token.createdBy} />
        <div className={classes.muted}>
          <Timestamp time={token.createdAt} />
        </div>
      </TableCell>
      <TableCell>
        {token.lastUsedAt ? (
          <Timestamp time={token.lastUsedAt} />
        ) : (
          <span className={classes.muted}>{t('tokens.never')}</span>
        )}
      </TableCell>
      <TableCell>
        <ExactTime time={token.expiresAt} />
        {Date.parse(token.expiresAt) <= Date.now() && (
          <Typography variant="body2" color="error">
            {t('tokens.expired')}
          </Typography>
        )}
      </TableCell>
      <TableCell align="right">
        <Button
          size="small"
          aria-label={t('tokens.revoke.label', { name: token.name })}
          onClick={onRevoke}
        >
          {t('tokens.revoke.button')}
        </Button>
      </TableCell>
    </TableRow>
  );
}
