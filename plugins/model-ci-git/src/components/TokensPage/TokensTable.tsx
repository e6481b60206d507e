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
import type { GitToken } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ExactTime,
  RevokeTokenDialog,
  Timestamp,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { gitHostApiRef } from '../../api';
import { gitHostTranslationRef } from '../../translation';

/** The user's tokens, each with a way to revoke it. */
export function TokensTable(props: {
  tokens: GitToken[];
  onRevoked: () => void;
}) {
  const { t } = useTranslationRef(gitHostTranslationRef);
  const classes = useTableStyles();
  const api = useApi(gitHostApiRef);
  const [revoking, setRevoking] = useState<GitToken>();
  const now = Date.now();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('tokens.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('tokens.name')}</TableCell>
            <TableCell>{t('tokens.access')}</TableCell>
            <TableCell>{t('tokens.repository')}</TableCell>
            <TableCell>{t('tokens.created')}</TableCell>
            <TableCell>{t('tokens.lastUsed')}</TableCell>
            <TableCell>{t('tokens.expires')}</TableCell>
            <TableCell />
          </TableRow>
        </TableHead>
        <TableBody>
          {props.tokens.map(token => (
            <TableRow key={token.id}>
              <TableCell>{token.name}</TableCell>
              <TableCell className={classes.nowrap}>
                {t(`tokens.scope.${token.scope}`)}
              </TableCell>
              <TableCell>
                {token.repository ?? (
                  <span className={classes.muted}>
                    {t('tokens.allRepositories')}
                  </span>
                )}
              </TableCell>
              <TableCell>
                <Timestamp time={token.createdAt} />
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
                {Date.parse(token.expiresAt) <= now && (
                  <Typography variant="body2" color="error">
                    {t('tokens.expired')}
                  </Typography>
                )}
              </TableCell>
              <TableCell align="right">
                <Button
                  size="small"
                  aria-label={t('tokens.revoke.label', { name: token.name })}
                  onClick={() => setRevoking(token)}
                >
                  {t('tokens.revoke.button')}
                </Button>
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {revoking && (
        <RevokeTokenDialog
          name={revoking.name}
          description={t('tokens.revoke.description')}
          revoke={async () => {
            await api.revokeToken(revoking.id);
            props.onRevoked();
          }}
          onClose={() => setRevoking(undefined)}
        />
      )}
    </div>
  );
}
