import { useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { modelCiApiRef } from '../../api';
import { modelCiTranslationRef } from '../../translation';
import { PermissionButton, ReasonDialog } from '../common';

/** Takes an alias away, for a reason that is recorded; gates that compare with it then find no baseline. */
export function RemoveAliasButton(props: {
  pipelineRef: string;
  alias: string;
  owner?: string;
  onChange: () => void;
}) {
  const { pipelineRef, alias, owner, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const [open, setOpen] = useState(false);
  const remove = async (reason: string) => {
    await api.removeAlias(pipelineRef, alias, { reason });
    onChange();
  };
  return (
    <>
      <PermissionButton
        action="deploy"
        pipelineRef={pipelineRef}
        owner={owner}
        size="small"
        onClick={() => setOpen(true)}
      >
        {t('aliases.remove')}
      </PermissionButton>
      {open && (
        <ReasonDialog
          title={t('aliases.removeDialog.title', { alias })}
          description={t('aliases.removeDialog.description')}
          actions={[
            { label: t('aliases.remove'), dangerous: true, act: remove },
          ]}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
