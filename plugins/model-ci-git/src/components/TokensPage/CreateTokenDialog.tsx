import { useId, useState, type FormEvent } from 'react';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import TextField from '@material-ui/core/TextField';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  GIT_TOKEN_SCOPES,
  MAX_TOKEN_NAME_LENGTH,
  type CreatedGitToken,
  type GitTokenScope,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { gitHostApiRef } from '../../api';
import { gitHostTranslationRef } from '../../translation';
import { CreatedToken } from './CreatedToken';
import { RepositoryField } from './RepositoryField';

const DAYS = [7, 30, 90, 365];
const DEFAULT_DAYS = 90;

/** Asks what the token is for, then shows it, this once. */
export function CreateTokenDialog(props: {
  onCreated: () => void;
  onClose: () => void;
}) {
  const { onCreated, onClose } = props;
  const { t } = useTranslationRef(gitHostTranslationRef);
  const api = useApi(gitHostApiRef);
  const id = useId();
  const [name, setName] = useState('');
  const [days, setDays] = useState(DEFAULT_DAYS);
  const [scope, setScope] = useState<GitTokenScope>('write');
  const [repository, setRepository] = useState<string>();
  const [choosing, setChoosing] = useState(false);
  const [token, setToken] = useState<CreatedGitToken>();
  const create = useAction(async () => {
    setToken(
      await api.createToken({
        name: name.trim(),
        expiresInDays: days,
        scope,
        ...(repository && { repository }),
      }),
    );
    onCreated();
  });

  if (token) {
    return <CreatedToken token={token} onClose={onClose} />;
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.run();
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} fullWidth maxWidth="sm">
      <form onSubmit={submit}>
        <DialogTitle id={id}>{t('tokens.create.title')}</DialogTitle>
        <DialogContent>
          <TextField
            id={`${id}-name`}
            label={t('tokens.name')}
            helperText={t('tokens.create.nameHint')}
            value={name}
            onChange={event => setName(event.target.value)}
            inputProps={{ maxLength: MAX_TOKEN_NAME_LENGTH }}
            margin="normal"
            fullWidth
            required
          />
          <TextField
            id={`${id}-days`}
            label={t('tokens.create.validity')}
            value={days}
            onChange={event => setDays(Number(event.target.value))}
            margin="normal"
            fullWidth
            select
            SelectProps={{ native: true }}
          >
            {DAYS.map(each => (
              <option key={each} value={each}>
                {t('tokens.create.days', { days: String(each) })}
              </option>
            ))}
          </TextField>
          <TextField
            id={`${id}-scope`}
            label={t('tokens.access')}
            helperText={t(`tokens.create.scopeHint.${scope}`)}
            value={scope}
            onChange={({ target }) =>
              setScope(
                GIT_TOKEN_SCOPES.find(each => each === target.value) ?? scope,
              )
            }
            margin="normal"
            fullWidth
            select
            SelectProps={{ native: true }}
          >
            {GIT_TOKEN_SCOPES.map(each => (
              <option key={each} value={each}>
                {t(`tokens.scope.${each}`)}
              </option>
            ))}
          </TextField>
          <RepositoryField
            id={`${id}-repository`}
            value={repository}
            onChange={setRepository}
            onTyping={setChoosing}
          />
          {create.error && (
            <ErrorNotice
              error={create.error}
              title={t('tokens.create.failed')}
            />
          )}
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button
            type="submit"
            color="primary"
            variant="contained"
            disabled={create.pending || choosing || !name.trim()}
          >
            {t('tokens.create.submit')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
