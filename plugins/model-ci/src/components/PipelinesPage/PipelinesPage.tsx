import Button from '@material-ui/core/Button';
import Paper from '@material-ui/core/Paper';
import { LinkButton } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  EmptyState,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { useCursorPaging, usePipelines, useUrlState } from '../../hooks';
import { createProjectRouteRef } from '../../routes';
import { modelCiTranslationRef } from '../../translation';
import { Pager, ResourceView } from '../common';
import { PageFrame } from '../ModelCiPage/PageFrame';
import { DebouncedTextField, parseStatus, StatusFilter } from '../runs';
import { PipelinesTable } from './PipelinesTable';

const PAGE_SIZE = 20;

/** All pipelines that the user may see, with their state; live, with filters and pages in the URL. */
export function PipelinesPage() {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const { params, set } = useUrlState();
  const createProject = useRouteRef(createProjectRouteRef);
  const status = parseStatus(params.get('status'));
  const owner = params.get('owner') ?? '';
  const q = params.get('q') ?? '';
  const pipelines = usePipelines({
    statuses: status && [status],
    owners: owner ? [owner] : undefined,
    q: q || undefined,
    cursor: params.get('cursor') ?? undefined,
    limit: PAGE_SIZE,
  });
  const paging = useCursorPaging(pipelines.data?.nextCursor);
  const filtered = status !== undefined || owner !== '' || q !== '';

  // Another filter makes another list, in which the old cursor means nothing.
  const filterBy = (changes: Record<string, string | undefined>) =>
    set({ ...changes, cursor: undefined });
  const clearFilters = () =>
    filterBy({ status: undefined, owner: undefined, q: undefined });
  const createButton = createProject && (
    <LinkButton to={createProject()} variant="contained" color="primary">
      {t('entity.createProject')}
    </LinkButton>
  );

  return (
    <PageFrame>
      <Paper>
        <div className={classes.filters} role="search">
          <DebouncedTextField
            id="model-ci-pipelines-q"
            type="search"
            label={t('pipelines.filter.search')}
            value={q}
            onChange={value => filterBy({ q: value.trim() })}
          />
          <StatusFilter
            label={t('pipelines.filter.status')}
            value={status}
            onChange={value => filterBy({ status: value })}
          />
          <DebouncedTextField
            id="model-ci-pipelines-owner"
            label={t('pipelines.filter.owner')}
            placeholder="group:default/ml"
            title={t('pipelines.filter.ownerHelp')}
            value={owner}
            onChange={value => filterBy({ owner: value.trim() })}
          />
          {filtered && (
            <Button size="small" onClick={clearFilters}>
              {t('common.clearFilters')}
            </Button>
          )}
          <span className={classes.spacer} />
          {createButton}
        </div>
        <ResourceView resource={pipelines}>
          {({ items }) => {
            if (items.length > 0) {
              return <PipelinesTable pipelines={items} />;
            }
            return filtered ? (
              <EmptyState
                title={t('pipelines.noMatch.title')}
                description={t('pipelines.noMatch.description')}
                action={
                  <Button variant="outlined" onClick={clearFilters}>
                    {t('common.clearFilters')}
                  </Button>
                }
              />
            ) : (
              <EmptyState
                title={t('pipelines.empty.title')}
                description={t('pipelines.empty.description')}
                action={createButton}
              />
            );
          }}
        </ResourceView>
        <Pager paging={paging} />
      </Paper>
    </PageFrame>
  );
}
