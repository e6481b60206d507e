import { useState } from 'react';
import TextField from '@material-ui/core/TextField';
import Autocomplete from '@material-ui/lab/Autocomplete';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { useQueryData } from '@model-ci/backstage-plugin-model-ci-react';
import useDebounce from 'react-use/esm/useDebounce';
import { gitHostApiRef } from '../../api';
import { gitHostTranslationRef } from '../../translation';

const TYPING_PAUSE = 250;
/** More than fit on a screen; typing narrows them. */
const SHOWN = 20;

/** Chooses one repository out of any number, by part of its name; none stands for all. */
export function RepositoryField(props: {
  id: string;
  value: string | undefined;
  onChange: (repository: string | undefined) => void;
  /** Whether something is typed of which nothing was chosen, which must not pass for all repositories. */
  onTyping: (typing: boolean) => void;
}) {
  const { id, value, onChange, onTyping } = props;
  const { t } = useTranslationRef(gitHostTranslationRef);
  const api = useApi(gitHostApiRef);
  const [typed, setTyped] = useState('');
  const [q, setQ] = useState('');
  useDebounce(() => setQ(typed), TYPING_PAUSE, [typed]);
  const found = useQueryData({
    api,
    name: 'repositoryNames',
    scope: '',
    key: q,
    load: () => api.listRepositories({ q, limit: SHOWN }),
  });
  return (
    <Autocomplete
      id={id}
      options={found.data?.items.map(({ name }) => name) ?? []}
      // The server has searched already, descriptions too.
      filterOptions={options => options}
      value={value ?? null}
      onChange={(_event, repository) => onChange(repository ?? undefined)}
      onInputChange={(_event, text, reason) => {
        const input = reason === 'input' ? text : '';
        setTyped(input);
        onTyping(input !== '');
      }}
      autoHighlight
      getOptionSelected={(option, chosen) => option === chosen}
      loading={found.fetching}
      loadingText={t('tokens.create.repositoryLoading')}
      noOptionsText={t('repositories.noMatch.title')}
      clearText={t('tokens.create.repositoryClear')}
      openText={t('tokens.create.repositoryOpen')}
      closeText={t('tokens.create.repositoryClose')}
      renderInput={params => (
        <TextField
          {...params}
          label={t('tokens.repository')}
          placeholder={t('tokens.allRepositories')}
          helperText={
            found.error
              ? t('tokens.create.repositoryFailed')
              : t('tokens.create.repositoryHint')
          }
          error={found.error !== undefined}
          InputLabelProps={{ ...params.InputLabelProps, shrink: true }}
          margin="normal"
        />
      )}
    />
  );
}
