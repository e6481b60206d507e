import Button from '@material-ui/core/Button';
import Paper from '@material-ui/core/Paper';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  EmptyState,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import {
  useAliasesByVersion,
  useCursorPaging,
  usePipeline,
  useRuns,
  useUrlState,
} from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { Pager, ResourceView } from '../common';
import {
  DebouncedTextField,
  parseStatus,
  StartRunButton,
  StatusFilter,
} from '../runs';
import { DeliveriesCard } from './DeliveriesCard';
import { RunsTable } from './RunsTable';
import { SchedulesCard } from './SchedulesCard';

const PAGE_SIZE = 20;

/** The runs of a pipeline, newest first and live, with filters and pages in the URL. */
export function RunsTab(props: { pipelineRef: string }) {
  const { pipelineRef } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const { params, set } = useUrlState();
  const status = parseStatus(params.get('status'));
  const branch = params.get('branch') ?? '';
  const pipeline = usePipeline(pipelineRef).data;
  const runs = useRuns({
    pipelineRef,
    statuses: status && [status],
    branch: branch || undefined,
    cursor: params.get('cursor') ?? undefined,
    limit: PAGE_SIZE,
  });
  const aliasesOf = useAliasesByVersion(pipelineRef);
  const paging = useCursorPaging(runs.data?.nextCursor);
  const filtered = status !== undefined || branch !== '';

  // Another filter makes another list, in which the old cursor means nothing.
  const filterBy = (changes: Record<string, string | undefined>) =>
    set({ ...changes, cursor: undefined });
  const clearFilters = () => filterBy({ status: undefined, branch: undefined });

  return (
    <>
      <Paper>
        <div className={classes.filters}>
          <StatusFilter
            label={t('runs.filter.status')}
            value={status}
            onChange={value => filterBy({ status: value })}
          />
          <DebouncedTextField
            id="model-ci-runs-branch"
            label={t('runs.filter.branch')}
            value={branch}
            onChange={value => filterBy({ branch: value.trim() })}
          />
          {filtered && (
            <Button size="small" onClick={clearFilters}>
              {t('common.clearFilters')}
            </Button>
          )}
          <span className={classes.spacer} />
          <StartRunButton
            pipelineRef={pipelineRef}
            owner={pipeline?.owner}
            defaultBranch={pipeline?.defaultBranch}
          />
        </div>
        <ResourceView resource={runs}>
          {({ items }) =>
            items.length > 0 ? (
              <RunsTable
                runs={items}
                aliasesOf={aliasesOf}
                owner={pipeline?.owner}
                sourceUrl={pipeline?.sourceUrl}
                onChange={runs.reload}
              />
            ) : (
              <NoRuns onClear={filtered ? clearFilters : undefined} />
            )
          }
        </ResourceView>
        <Pager paging={paging} />
      </Paper>
      <SchedulesCard owner={pipeline?.owner} pipelineRef={pipelineRef} />
      <DeliveriesCard
        owner={pipeline?.owner}
        pipelineRef={pipelineRef}
        sourceUrl={pipeline?.sourceUrl}
      />
    </>
  );
}

/** `onClear`: where filters may be what hides the runs. */
function NoRuns({ onClear }: { onClear?: () => void }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const reason = onClear ? 'runs.noMatch' : 'runs.empty';
  return (
    <EmptyState
      title={t(`${reason}.title`)}
      description={t(`${reason}.description`)}
      action={
        onClear && (
          <Button variant="outlined" onClick={onClear}>
            {t('common.clearFilters')}
          </Button>
        )
      }
    />
  );
}
