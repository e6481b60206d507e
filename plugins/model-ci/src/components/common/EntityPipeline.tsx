import { useEffect, useId, type ReactNode } from 'react';
import FormControl from '@material-ui/core/FormControl';
import InputLabel from '@material-ui/core/InputLabel';
import NativeSelect from '@material-ui/core/NativeSelect';
import { LinkButton } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { humanizeEntityRef, useEntity } from '@backstage/plugin-catalog-react';
import { parseEntityRef } from '@backstage/catalog-model';
import { EmptyState } from '@model-ci/backstage-plugin-model-ci-react';
import { useUrlState } from '../../hooks/useUrlState';
import { pipelineRefsOf } from '../../pipelineRefs';
import { createProjectRouteRef } from '../../routes';
import { modelCiTranslationRef } from '../../translation';

/**
 * The pipeline of the entity in sight: itself, or the one that trains it. Of several, the user chooses
 * one, and the choice stays in the URL.
 */
export function EntityPipeline(props: {
  children: (pipelineRef: string) => ReactNode;
}) {
  const { entity } = useEntity();
  const { t } = useTranslationRef(modelCiTranslationRef);
  const { params, set } = useUrlState();
  const createProject = useRouteRef(createProjectRouteRef);
  const id = useId();
  const refs = pipelineRefsOf(entity);
  const asked = params.get('pipeline');
  const selected = refs.find(ref => ref === asked) ?? refs[0];
  const stale = asked !== null && asked !== selected;
  useEffect(() => {
    if (stale) {
      set({ pipeline: undefined });
    }
  }, [stale, set]);

  if (selected === undefined) {
    return (
      <EmptyState
        title={t('entity.noPipelineTitle')}
        description={t('entity.noPipelineDescription')}
        action={
          createProject && (
            <LinkButton
              to={createProject()}
              variant="contained"
              color="primary"
            >
              {t('entity.createProject')}
            </LinkButton>
          )
        }
      />
    );
  }
  return (
    <>
      {refs.length > 1 && (
        <FormControl style={{ marginBottom: 16 }}>
          <InputLabel htmlFor={id}>{t('entity.selectPipeline')}</InputLabel>
          <NativeSelect
            id={id}
            value={selected}
            onChange={event =>
              // A cursor belongs to the pipeline that it was made for.
              set({ pipeline: event.target.value, cursor: undefined })
            }
          >
            {refs.map(ref => (
              <option key={ref} value={ref}>
                {humanizeEntityRef(parseEntityRef(ref), {
                  defaultKind: 'ModelPipeline',
                })}
              </option>
            ))}
          </NativeSelect>
        </FormControl>
      )}
      {props.children(selected)}
    </>
  );
}
