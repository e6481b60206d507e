import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { modelCiApiRef } from '../../api';
import { modelCiTranslationRef } from '../../translation';
import { AliasButton } from './AliasButton';

/** Takes an alias away; gates that compare with it then find no baseline. */
export function RemoveAliasButton(props: {
  pipelineRef: string;
  alias: string;
  owner?: string;
  onChange: () => void;
}) {
  const { alias, ...rest } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  return (
    <AliasButton
      {...rest}
      label={t('aliases.remove')}
      dialog={{
        title: t('aliases.removeDialog.title', { alias }),
        description: t('aliases.removeDialog.description'),
        act: t('aliases.remove'),
        dangerous: true,
      }}
      change={async reason => {
        await api.removeAlias(rest.pipelineRef, alias, { reason });
      }}
    />
  );
}
