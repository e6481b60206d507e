import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  PipelineSecrets,
  Secret,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  Timestamp,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { UserLink } from '../common';
import { DeleteSecretButton } from './DeleteSecretButton';
import { ReleaseButton } from './ReleaseButton';
import { SetSecretButton } from './SetSecretButton';
import { useUsers } from './useUsers';

interface OfPipeline {
  pipelineRef: string;
  data: PipelineSecrets;
  onChange: () => void;
}

/** Names, where they come from, who uses them, and who set them when. */
export function SecretsTable(props: OfPipeline) {
  const { data } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const users = useUsers(data);
  const place = usePlace();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('secrets.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('secrets.column.name')}</TableCell>
            <TableCell>{t('secrets.column.scope')}</TableCell>
            <TableCell>{t('secrets.column.users')}</TableCell>
            <TableCell>{t('secrets.column.by')}</TableCell>
            <TableCell>{t('secrets.column.at')}</TableCell>
            <TableCell />
          </TableRow>
        </TableHead>
        <TableBody>
          {data.items.map(secret => (
            <TableRow
              key={[secret.name, secret.scope, secret.environment].join(' ')}
            >
              <TableCell>
                <code>{secret.name}</code>
              </TableCell>
              <TableCell>{place(secret)}</TableCell>
              <TableCell>{users(secret.name) || t('secrets.unused')}</TableCell>
              <TableCell>
                <UserLink entityRef={secret.updatedBy} />
              </TableCell>
              <TableCell>
                <Timestamp time={secret.updatedAt} />
              </TableCell>
              <TableCell align="right">
                <Actions {...props} secret={secret} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

function Actions(props: OfPipeline & { secret: Secret }) {
  const { data, secret } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const mayWrite =
    secret.scope === 'owner' ? data.canWriteOwner : data.canWrite;
  if (!mayWrite) {
    return null;
  }
  return (
    <>
      {secret.scope === 'owner' && <ReleaseButton {...props} />}
      {data.isReady && (
        <SetSecretButton {...props} name={secret.name} replaces={secret}>
          {t('secrets.replace')}
        </SetSecretButton>
      )}
      <DeleteSecretButton {...props} />
    </>
  );
}

function usePlace(): (secret: Secret) => string {
  const { t } = useTranslationRef(modelCiTranslationRef);
  return ({ scope, environment = '', owner = '', vault, isAllowed }) => {
    const places = {
      pipeline: t('secrets.scope.pipeline'),
      environment: t('secrets.scope.environment', { environment }),
      owner: t('secrets.scope.owner', { owner }),
    };
    return [
      places[scope],
      ...(vault === undefined ? [] : [t('secrets.inVault', { vault })]),
      ...(isAllowed ? [] : [t('secrets.notReleased')]),
    ].join(' · ');
  };
}
