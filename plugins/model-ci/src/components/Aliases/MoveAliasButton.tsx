import { useState } from 'react';
import TextField from '@material-ui/core/TextField';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { MAX_ALIAS_LENGTH } from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiApiRef } from '../../api';
import { modelCiTranslationRef } from '../../translation';
import { AliasButton } from './AliasButton';

/** Lets an alias point at a version. */
export function MoveAliasButton(props: {
  pipelineRef: string;
  version: number;
  owner?: string;
  onChange: () => void;
}) {
  const { version, ...rest } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const [alias, setAlias] = useState('champion');
  return (
    <AliasButton
      {...rest}
      label={t('aliases.move')}
      variant="outlined"
      dialog={{
        title: t('aliases.moveDialog.title', { version: String(version) }),
        description: t('aliases.moveDialog.description'),
        act: t('aliases.moveDialog.act'),
        fields: (
          <TextField
            id="alias-name"
            label={t('aliases.column.alias')}
            helperText={t('aliases.moveDialog.help')}
            value={alias}
            onChange={event => setAlias(event.target.value)}
            inputProps={{ maxLength: MAX_ALIAS_LENGTH }}
            margin="normal"
            fullWidth
            required
          />
        ),
      }}
      change={async reason => {
        await api.moveAlias(rest.pipelineRef, alias.trim(), version, {
          reason,
        });
      }}
    />
  );
}
