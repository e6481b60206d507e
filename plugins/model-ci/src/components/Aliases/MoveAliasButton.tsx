import { useState } from 'react';
import TextField from '@material-ui/core/TextField';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { MAX_ALIAS_LENGTH } from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiApiRef } from '../../api';
import { modelCiTranslationRef } from '../../translation';
import { PermissionButton, ReasonDialog } from '../common';

/** Lets an alias point at a version, for a reason that is recorded. */
export function MoveAliasButton(props: {
  pipelineRef: string;
  version: number;
  owner?: string;
  onChange: () => void;
}) {
  const { pipelineRef, version, owner, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const [open, setOpen] = useState(false);
  const [alias, setAlias] = useState('champion');
  const move = async (reason: string) => {
    await api.moveAlias(pipelineRef, alias.trim(), version, { reason });
    onChange();
  };
  return (
    <>
      <PermissionButton
        action="deploy"
        pipelineRef={pipelineRef}
        owner={owner}
        size="small"
        variant="outlined"
        onClick={() => setOpen(true)}
      >
        {t('aliases.move')}
      </PermissionButton>
      {open && (
        <ReasonDialog
          title={t('aliases.moveDialog.title', { version: String(version) })}
          description={t('aliases.moveDialog.description')}
          actions={[{ label: t('aliases.moveDialog.act'), act: move }]}
          onClose={() => setOpen(false)}
        >
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
        </ReasonDialog>
      )}
    </>
  );
}
