import { makeStyles } from '@material-ui/core/styles';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  catalogApiRef,
  useEntityPresentation,
} from '@backstage/plugin-catalog-react';
import { MODEL_PIPELINE_KIND } from '@model-ci/backstage-plugin-model-ci-common';
import { useQueryData } from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { Select } from './Select';

const OWNED_BY = 'relations.ownedBy';

const useStyles = makeStyles({ root: { minWidth: 140, maxWidth: 240 } });

/** Chooses one owner of pipelines, the user and their groups (`mine`), or everybody (an empty text). */
export function OwnerFilter(props: {
  value: string;
  onChange(owner: string): void;
}) {
  const { value, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const owners = useOwners();
  const isListed = ['', 'mine', ...owners].includes(value);
  return (
    <Select
      className={classes.root}
      label={t('pipelines.filter.owner')}
      value={value}
      onChange={onChange}
    >
      <option value="">{t('common.all')}</option>
      <option value="mine">{t('pipelines.filter.mine')}</option>
      {(isListed ? owners : [value, ...owners]).map(ref => (
        <OwnerOption key={ref} entityRef={ref} />
      ))}
    </Select>
  );
}

function OwnerOption({ entityRef }: { entityRef: string }) {
  const { primaryTitle } = useEntityPresentation(entityRef, {
    defaultKind: 'group',
  });
  return <option value={entityRef}>{primaryTitle}</option>;
}

/** Who owns pipelines, as far as the user may see them in the catalog. */
function useOwners(): string[] {
  const catalog = useApi(catalogApiRef);
  const { data } = useQueryData({
    api: catalog,
    name: 'pipeline-owners',
    scope: '',
    load: () =>
      catalog.getEntityFacets({
        filter: { kind: MODEL_PIPELINE_KIND },
        facets: [OWNED_BY],
      }),
  });
  return (data?.facets[OWNED_BY] ?? []).map(({ value }) => value).sort();
}
