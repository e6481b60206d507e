import { useId, useState } from 'react';
import Button from '@material-ui/core/Button';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import TextField from '@material-ui/core/TextField';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  MAX_SECRET_NAME,
  type PipelineSecrets,
  type Secret,
  type SecretPlace,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { modelCiTranslationRef } from '../../translation';

export interface SetSecretProps {
  pipelineRef: string;
  data: PipelineSecrets;
  /** Filled in. */
  name?: string;
  /** The one that gets a new value; a new one otherwise. */
  replaces?: Secret;
  onChange: () => void;
}

/** Where the value is: here, in what is typed, or in a vault of this name. */
const HERE = '';

/** Name, place and value of a secret. What is typed leaves the page only towards the portal. */
export function SecretForm(props: SetSecretProps & { onClose: () => void }) {
  const { pipelineRef, data, replaces, onChange, onClose } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const [name, setName] = useState(props.name ?? '');
  const [place, setPlace] = useState<SecretPlace>({
    scope: replaces?.scope ?? 'pipeline',
    ...(replaces?.environment !== undefined && {
      environment: replaces.environment,
    }),
  });
  const [vault, setVault] = useState(replaces?.vault ?? HERE);
  const [value, setValue] = useState('');
  const isHere = vault === HERE || place.scope === 'owner';
  const set = useAction(async () => {
    const what = isHere ? { value } : { vault };
    await api.setSecret(pipelineRef, name, { ...place, ...what });
    onChange();
    onClose();
  });
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        set.run();
      }}
    >
      <DialogContent>
        <TextField
          {...useFieldProps()}
          label={t('secrets.form.name')}
          helperText={t('secrets.form.nameHelp')}
          required
          disabled={replaces !== undefined}
          value={name}
          onChange={event => setName(event.target.value)}
          inputProps={{ maxLength: MAX_SECRET_NAME, spellCheck: false }}
        />
        <PlaceField
          data={data}
          disabled={replaces !== undefined}
          value={place}
          onChange={setPlace}
        />
        {data.vaults.length > 0 && place.scope !== 'owner' && (
          <VaultField vaults={data.vaults} value={vault} onChange={setVault} />
        )}
        {isHere && <ValueField value={value} onChange={setValue} />}
        {set.error && (
          <ErrorNotice error={set.error} title={t('common.actionFailed')} />
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button
          type="submit"
          color="primary"
          variant="contained"
          disabled={set.pending || name === '' || (isHere && value === '')}
        >
          {t('secrets.form.submit')}
        </Button>
      </DialogActions>
    </form>
  );
}

function PlaceField(props: {
  data: PipelineSecrets;
  disabled: boolean;
  value: SecretPlace;
  onChange: (place: SecretPlace) => void;
}) {
  const { data, value } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const places: Array<[SecretPlace, string]> = [
    [{ scope: 'pipeline' }, t('secrets.scope.pipeline')],
    ...data.environments.map((environment): [SecretPlace, string] => [
      { scope: 'environment', environment },
      t('secrets.scope.environment', { environment }),
    ]),
    ...(data.canWriteOwner
      ? [
          [
            { scope: 'owner' },
            t('secrets.scope.owner', { owner: data.owner }),
          ] as [SecretPlace, string],
        ]
      : []),
  ];
  const keyOf = ({ scope, environment = '' }: SecretPlace) =>
    `${scope} ${environment}`;
  return (
    <TextField
      {...useFieldProps()}
      label={t('secrets.column.scope')}
      helperText={t('secrets.form.scopeHelp')}
      select
      SelectProps={{ native: true }}
      disabled={props.disabled}
      value={keyOf(value)}
      onChange={event => {
        const found = places.find(
          ([place]) => keyOf(place) === event.target.value,
        );
        if (found) {
          props.onChange(found[0]);
        }
      }}
    >
      {places.map(([place, title]) => (
        <option key={keyOf(place)} value={keyOf(place)}>
          {title}
        </option>
      ))}
    </TextField>
  );
}

function VaultField(props: {
  vaults: string[];
  value: string;
  onChange: (vault: string) => void;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (
    <TextField
      {...useFieldProps()}
      label={t('secrets.form.kept')}
      InputLabelProps={{ shrink: true }}
      select
      SelectProps={{ native: true }}
      value={props.value}
      onChange={event => props.onChange(event.target.value)}
    >
      <option value={HERE}>{t('secrets.form.keptHere')}</option>
      {props.vaults.map(vault => (
        <option key={vault} value={vault}>
          {t('secrets.inVault', { vault })}
        </option>
      ))}
    </TextField>
  );
}

function ValueField(props: {
  value: string;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (
    <TextField
      {...useFieldProps()}
      label={t('secrets.form.value')}
      helperText={t('secrets.form.valueHelp')}
      required
      multiline
      minRows={3}
      maxRows={12}
      value={props.value}
      onChange={event => props.onChange(event.target.value)}
      inputProps={{ autoComplete: 'off', spellCheck: false }}
    />
  );
}

function useFieldProps() {
  return { id: useId(), fullWidth: true, margin: 'normal' } as const;
}
