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
import {
  createProjectRouteRef,
  importRouteRef,
  registerRouteRef,
} from '../../routes';
import { modelCiTranslationRef } from '../../translation';
import { OwnerFilter, Pager, ResourceView } from '../common';
import { PageFrame } from '../ModelCiPage/PageFrame';
import { DebouncedTextField, parseStatus, StatusFilter } from '../runs';
import { parsePipelineOrder, PipelinesTable } from './PipelinesTable';

const PAGE_SIZE = 20;

/** All pipelines that the user may see, with their state; live, with filters and pages in the URL. */
export function PipelinesPage() {
  const classes = useTableStyles();
  const { params } = useUrlState();
  const filters = usePipelineFilters();
  const { status, owner, q, sort } = filters;
  const pipelines = usePipelines({
    statuses: status && [status],
    owners: owner ? [owner] : undefined,
    q: q || undefined,
    sort,
    cursor: params.get('cursor') ?? undefined,
    limit: PAGE_SIZE,
  });
  const paging = useCursorPaging(pipelines.data?.nextCursor);
  return (
    <PageFrame>
      <Paper>
        <div className={classes.filters} role="search">
          <Filters {...filters} />
          <span className={classes.spacer} />
          <ImportButton />
          <RegisterButton />
          <CreateButton />
        </div>
        <ResourceView resource={pipelines}>
          {({ items }) =>
            items.length > 0 ? (
              <PipelinesTable
                pipelines={items}
                sort={sort}
                onSort={by => filters.filterBy({ sort: by })}
              />
            ) : (
              <NoPipelines {...filters} />
            )
          }
        </ResourceView>
        <Pager paging={paging} />
      </Paper>
    </PageFrame>
  );
}

type PipelineFilters = ReturnType<typeof usePipelineFilters>;

function usePipelineFilters() {
  const { params, set } = useUrlState();
  const status = parseStatus(params.get('status'));
  const owner = params.get('owner') ?? '';
  const q = params.get('q') ?? '';
  const sort = parsePipelineOrder(params.get('sort'));
  // Another filter makes another list, in which the old cursor means nothing.
  const filterBy = (changes: Record<string, string | undefined>) =>
    set({ ...changes, cursor: undefined });
  return {
    status,
    owner,
    q,
    sort,
    filtered: status !== undefined || owner !== '' || q !== '',
    filterBy,
    clear: () =>
      filterBy({ status: undefined, owner: undefined, q: undefined }),
  };
}

function Filters(props: PipelineFilters) {
  const { status, owner, q, filtered, filterBy, clear } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (
    <>
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
      <OwnerFilter
        value={owner}
        onChange={value => filterBy({ owner: value })}
      />
      {filtered && (
        <Button size="small" onClick={clear}>
          {t('common.clearFilters')}
        </Button>
      )}
    </>
  );
}

function ImportButton() {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const importPage = useRouteRef(importRouteRef);
  return (
    <LinkButton to={importPage()} variant="outlined">
      {t('import.title')}
    </LinkButton>
  );
}

function RegisterButton() {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const registerPage = useRouteRef(registerRouteRef);
  return (
    <LinkButton to={registerPage()} variant="outlined">
      {t('register.title')}
    </LinkButton>
  );
}

function CreateButton() {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const createProject = useRouteRef(createProjectRouteRef);
  return createProject ? (
    <LinkButton to={createProject()} variant="contained" color="primary">
      {t('entity.createProject')}
    </LinkButton>
  ) : null;
}

function NoPipelines({ filtered, clear }: PipelineFilters) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  return filtered ? (
    <EmptyState
      title={t('pipelines.noMatch.title')}
      description={t('pipelines.noMatch.description')}
      action={
        <Button variant="outlined" onClick={clear}>
          {t('common.clearFilters')}
        </Button>
      }
    />
  ) : (
    <EmptyState
      title={t('pipelines.empty.title')}
      description={t('pipelines.empty.description')}
      action={<CreateButton />}
    />
  );
}
