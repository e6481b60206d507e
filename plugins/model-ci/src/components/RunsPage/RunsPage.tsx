import Button from '@material-ui/core/Button';
import Paper from '@material-ui/core/Paper';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  EmptyState,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { useCursorPaging, useRuns, useUrlState } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { OwnerFilter, Pager, ResourceView } from '../common';
import { PageFrame } from '../ModelCiPage/PageFrame';
import { DebouncedTextField, parseStatus, StatusFilter } from '../runs';
import { RunsTable } from '../RunsTab';

const PAGE_SIZE = 20;

/** The runs of all pipelines that the user may see, newest first; live, with filters and pages in the URL. */
export function RunsPage() {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const filters = useRunFilters();
  const { status, owner, q, branch, cursor } = filters;
  const runs = useRuns({
    statuses: status && [status],
    owners: owner ? [owner] : undefined,
    q: q || undefined,
    branch: branch || undefined,
    cursor,
    limit: PAGE_SIZE,
  });
  const paging = useCursorPaging(runs.data?.nextCursor);
  const clearButton = filters.filtered && (
    <Button size="small" onClick={filters.clear}>
      {t('common.clearFilters')}
    </Button>
  );
  return (
    <PageFrame>
      <Paper>
        <div className={classes.filters} role="search">
          <Filters {...filters} />
          {clearButton}
        </div>
        <ResourceView resource={runs}>
          {({ items }) =>
            items.length > 0 ? (
              <RunsTable runs={items} namesPipelines onChange={runs.reload} />
            ) : (
              <NoRuns action={clearButton} />
            )
          }
        </ResourceView>
        <Pager paging={paging} />
      </Paper>
    </PageFrame>
  );
}

type RunFilters = ReturnType<typeof useRunFilters>;

function useRunFilters() {
  const { params, set } = useUrlState();
  const status = parseStatus(params.get('status'));
  const [owner, q, branch] = ['owner', 'q', 'branch'].map(
    name => params.get(name) ?? '',
  );
  // Another filter makes another list, in which the old cursor means nothing.
  const filterBy = (changes: Record<string, string | undefined>) =>
    set({ ...changes, cursor: undefined });
  return {
    ...{ status, owner, q, branch, filterBy },
    cursor: params.get('cursor') ?? undefined,
    filtered: Boolean(status || owner || q || branch),
    clear: () =>
      filterBy({
        ...{ status: undefined, owner: undefined },
        ...{ q: undefined, branch: undefined },
      }),
  };
}

function Filters({ status, owner, q, branch, filterBy }: RunFilters) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (
    <>
      <DebouncedTextField
        id="model-ci-all-runs-q"
        type="search"
        label={t('allRuns.filter.pipeline')}
        value={q}
        onChange={value => filterBy({ q: value.trim() })}
      />
      <StatusFilter
        label={t('runs.filter.status')}
        value={status}
        onChange={value => filterBy({ status: value })}
      />
      <OwnerFilter
        value={owner}
        onChange={value => filterBy({ owner: value })}
      />
      <DebouncedTextField
        id="model-ci-all-runs-branch"
        label={t('runs.filter.branch')}
        value={branch}
        onChange={value => filterBy({ branch: value.trim() })}
      />
    </>
  );
}

function NoRuns({ action }: { action: JSX.Element | false }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  return action ? (
    <EmptyState
      title={t('runs.noMatch.title')}
      description={t('runs.noMatch.description')}
      action={action}
    />
  ) : (
    <EmptyState
      title={t('runs.empty.title')}
      description={t('allRuns.empty.description')}
    />
  );
}
